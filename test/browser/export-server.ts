import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Plugin } from 'vite';
import { repositoryFile, sha256Of } from '../exported/repository.ts';

interface Request {
  readonly path: string;
  readonly bytes: Buffer | undefined;
  readonly head: boolean;
}
type Answer = (response: ServerResponse, request: Request) => unknown;

const page = '<!doctype html><title>intranet</title>';
const isGraph = (path: string): boolean => path.endsWith('.onnx');

const sendPage = (response: ServerResponse, head: boolean): unknown =>
  response.setHeader('content-type', 'text/html; charset=utf-8').end(head ? '' : page);

const send: Answer = (response, { bytes, head }) => {
  if (bytes === undefined) return response.writeHead(404).end();
  response.setHeader('content-length', bytes.length);
  return response.end(head ? undefined : bytes);
};

/** What a server of this kind does, and what one that misbehaves does. */
const SERVERS: Readonly<Record<string, Answer>> = {
  sound: send,
  /** Names every file's SHA-256, as content-addressed stores do. */
  hashing: (response, request) => {
    if (request.bytes) response.setHeader('etag', `"${sha256Of(request.bytes)}"`);
    return send(response, request);
  },
  flipped: (response, request) => {
    if (request.bytes) response.setHeader('etag', `"${sha256Of(request.bytes)}"`);
    const bytes = request.bytes && isGraph(request.path) ? flipLastBit(request.bytes) : request.bytes;
    return send(response, { ...request, bytes });
  },
  /** Announces the whole length and sends less of it, in chunks. */
  short: (response, request) => {
    const { bytes, head, path } = request;
    if (bytes === undefined || head || !isGraph(path)) return send(response, request);
    return response.end(bytes.subarray(1));
  },
  'breaks-off': (response, request) => {
    const { bytes, head, path } = request;
    if (bytes === undefined || head || !isGraph(path)) return send(response, request);
    response.setHeader('content-length', bytes.length);
    return response.write(bytes.subarray(0, bytes.length >> 1), () => response.destroy());
  },
  /** Answers everything that it does not have with its index page, and has no model. */
  'index-page': (response, { head }) => sendPage(response, head),
  'no-graphs': (response, request) =>
    request.path.startsWith('onnx/') ? sendPage(response, request.head) : send(response, request),
  'no-tokenizer': (response, request) =>
    send(response, request.path === 'tokenizer.json' ? { ...request, bytes: undefined } : request),
  'no-data': (response, request) =>
    send(response, request.path.endsWith('_data') ? { ...request, bytes: undefined } : request),
  'other-tokenizer': (response, request) =>
    send(
      response,
      request.path === 'tokenizer.json' ? { ...request, bytes: otherTokenizer(request) } : request,
    ),
  'no-decoder': (response, request) =>
    send(response, request.path === 'config.json' ? { ...request, bytes: Buffer.from('{}') } : request),
  error: (response) => response.writeHead(500).end(),
};

/**
 * Serves random exports in the layout of transformers.js under `/exports/<server>/<repository>/`, and in that of a hub
 * under `/exports/hub/org/<repository>/resolve/<revision>/`. `/exports-requested` lists what was asked for since the
 * last look; `/exports-cut` breaks every further connection and `/exports-mend` ends that.
 */
export function exportServer(): Plugin {
  let requested: string[] = [];
  let cut = false;
  return {
    name: 'export-server',
    configureServer({ middlewares }) {
      middlewares.use('/exports-requested', (_, response) => {
        response.setHeader('content-type', 'application/json').end(JSON.stringify(requested));
        requested = [];
      });
      for (const [path, value] of [
        ['/exports-cut', true],
        ['/exports-mend', false],
      ] as const) {
        middlewares.use(path, (_, response) => {
          cut = value;
          response.end();
        });
      }
      middlewares.use('/exports', (request, response) => {
        const url = (request.url ?? '').split('?')[0] ?? '';
        requested.push(`${request.method} ${url}`);
        if (cut) return response.destroy();
        answer(url, request, response);
      });
    },
  };
}

function answer(url: string, request: IncomingMessage, response: ServerResponse): unknown {
  const head = request.method === 'HEAD';
  const [, repository = '', kind, path = ''] =
    /^\/hub\/org\/([\w-]+)\/(resolve|raw)\/[\w.-]+\/(.+)$/.exec(url) ?? [];
  const bytes = repositoryFile(repository, path);
  if (kind === 'raw') return send(response, { path, head, bytes: bytes && pointerTo(bytes, path) });
  if (kind === 'resolve') return send(response, { path, head, bytes });
  const [, server = '', name = '', file = ''] = /^\/([\w-]+)\/([\w-]+)\/(.+)$/.exec(url) ?? [];
  const behave = SERVERS[server] ?? (() => response.writeHead(404).end());
  return behave(response, { path: file, head, bytes: repositoryFile(name, file) });
}

/** What a hub shows under `/raw/`: a Git LFS pointer for weights, the file itself otherwise. */
function pointerTo(bytes: Buffer, path: string): Buffer {
  if (!path.startsWith('onnx/')) return bytes;
  const lines = [
    'version https://git-lfs.github.com/spec/v1',
    `oid sha256:${sha256Of(bytes)}`,
    `size ${bytes.length}`,
  ];
  return Buffer.from(`${lines.join('\n')}\n`);
}

function flipLastBit(bytes: Buffer): Buffer {
  const flipped = Buffer.from(bytes);
  flipped[flipped.length - 1] = (flipped[flipped.length - 1] ?? 0) ^ 1;
  return flipped;
}

function otherTokenizer({ bytes }: Request): Buffer {
  const json = JSON.parse(String(bytes));
  return Buffer.from(JSON.stringify({ ...json, added_tokens: [] }));
}
