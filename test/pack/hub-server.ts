import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer, Server as TlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

export const COMMIT = 'c0ffee'.padEnd(40, '0');
export const MODEL = 'Qwen/Tiny-Reranker';

export interface SeenRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  /** Of the file asked for, where it is one. */
  readonly name?: string;
  /** `cdn`: on the other origin that large files are redirected to. */
  readonly at: 'hub' | 'cdn';
  readonly range?: string;
  readonly ifRange?: string;
  readonly authorization?: string;
  /** Of the body, handed to the network. */
  bytes: number;
}

/** What a server does instead of what it should; undefined: nothing amiss. */
export interface Misbehaviour {
  /** Cuts the connection after so many bytes of the body, once they have arrived: a cut drops what is on its way. */
  readonly cutAfter?: number;
  /** Falls silent after so many bytes of the body. */
  readonly stallAfter?: number;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** In place of the file, as a whole. */
  readonly body?: string | Uint8Array;
}

export interface HubServerOptions {
  /**
   * `huggingface`: its API; a large file lies on another origin, whose answers have no ETag. `modelscope`: its API; ranges
   * are answered with status 200. `files`: no API, ETags. `bare`: no API, no ETags.
   */
  readonly kind: 'huggingface' | 'modelscope' | 'files' | 'bare';
  /** Serves https in place of http. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

/** A model host on localhost that plays one of the real ones, as far as the downloader sees them. */
export class HubServer {
  readonly requests: SeenRequest[] = [];
  readonly files: Map<string, Uint8Array>;
  misbehave: (request: SeenRequest) => Misbehaviour | undefined = () => undefined;
  /** Whether the downloader has so many bytes of a file. */
  hasArrived: (name: string, size: number) => boolean = () => true;
  readonly #kind: HubServerOptions['kind'];
  readonly #hub: Server | TlsServer;
  readonly #cdn: Server | TlsServer;

  private constructor(files: Map<string, Uint8Array>, options: HubServerOptions) {
    this.files = files;
    this.#kind = options.kind;
    const serve = (at: SeenRequest['at']) => {
      const listener: RequestListener = (request, response) => this.#answer(at, request, response);
      return options.tls ? createTlsServer(options.tls, listener) : createServer(listener);
    };
    this.#hub = serve('hub');
    this.#cdn = serve('cdn');
  }

  /** @param folder the official files to serve */
  static async start(folder: string, options: HubServerOptions): Promise<HubServer> {
    const files = new Map<string, Uint8Array>();
    for (const name of await readdir(folder)) files.set(name, await readFile(join(folder, name)));
    const server = new HubServer(files, options);
    for (const one of [server.#hub, server.#cdn]) {
      await new Promise<void>((resolve) => one.listen(0, '127.0.0.1', resolve));
    }
    return server;
  }

  get url(): string {
    return urlOf(this.#hub);
  }

  /** Requests for a file's content. */
  fetches(name: string): SeenRequest[] {
    const last = this.#kind === 'huggingface' && this.#isLarge(name) ? 'cdn' : 'hub';
    return this.requests.filter((one) => one.method === 'GET' && one.name === name && one.at === last);
  }

  async stop(): Promise<void> {
    for (const one of [this.#hub, this.#cdn]) {
      one.closeAllConnections();
      await new Promise((resolve) => one.close(resolve));
    }
  }

  #answer(at: SeenRequest['at'], request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? '';
    const name = this.#nameIn(path);
    const { range, authorization } = request.headers;
    const ifRange = request.headers['if-range'];
    const seen: SeenRequest = {
      method: request.method ?? '',
      path,
      at,
      bytes: 0,
      ...(name === undefined ? {} : { name }),
      ...(range === undefined ? {} : { range }),
      ...(ifRange === undefined ? {} : { ifRange: String(ifRange) }),
      ...(authorization === undefined ? {} : { authorization }),
    };
    this.requests.push(seen);
    const amiss = this.misbehave(seen);
    if (amiss?.status !== undefined || amiss?.body !== undefined) {
      const body = Buffer.from(amiss.body ?? '');
      response.writeHead(amiss.status ?? 200, { 'content-length': String(body.length), ...amiss.headers });
      response.end(body);
      return;
    }
    const list = name === undefined ? this.#list(path) : undefined;
    if (list !== undefined) {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(list));
      return;
    }
    const content = name === undefined ? undefined : this.files.get(name);
    if (name === undefined || !content) {
      response.writeHead(404, { 'x-error-code': 'EntryNotFound' });
      response.end('Not found');
    } else if (this.#kind === 'huggingface' && at === 'hub' && this.#isLarge(name)) {
      response.writeHead(302, {
        location: `${urlOf(this.#cdn)}/${name}?signature=secret`,
        'x-repo-commit': COMMIT,
        'x-linked-size': String(content.length),
        'x-linked-etag': `"${hashOf('sha256', content)}"`,
      });
      response.end();
    } else {
      this.#sendFile(seen, response, content, amiss);
    }
  }

  #sendFile(
    seen: SeenRequest,
    response: ServerResponse,
    content: Uint8Array,
    amiss: Misbehaviour | undefined,
  ): void {
    const etag = `"${hashOf('md5', content)}"`;
    const asked = /^bytes=(\d+)-$/.exec(seen.range ?? '');
    const sameAsBefore = seen.ifRange === undefined || seen.ifRange === etag;
    const from = asked && sameAsBefore ? Number(asked[1]) : 0;
    const partial = from > 0;
    if (partial && from >= content.length) {
      response.writeHead(416, { 'content-range': `bytes */${content.length}` });
      response.end();
      return;
    }
    response.writeHead(partial && this.#kind !== 'modelscope' ? 206 : 200, {
      'content-length': String(content.length - from),
      'content-type': 'application/octet-stream',
      ...(partial ? { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` } : {}),
      ...(this.#kind === 'files' ? { etag } : {}),
      ...amiss?.headers,
    });
    if (seen.method === 'HEAD') {
      response.end();
      return;
    }
    const stop = amiss?.cutAfter ?? amiss?.stallAfter;
    const body = content.subarray(from, stop === undefined ? undefined : from + stop);
    seen.bytes = body.length;
    if (stop === undefined) {
      response.end(body);
    } else {
      response.write(body);
      const cut = () => {
        if (response.destroyed) return;
        if (this.hasArrived(seen.name ?? '', from + body.length)) response.destroy();
        else setTimeout(cut, 1);
      };
      if (amiss?.cutAfter !== undefined) cut();
    }
  }

  #list(path: string): unknown {
    const entries = [...this.files];
    if (this.#kind === 'huggingface' && path === `/api/models/${MODEL}/revision/main?blobs=true`) {
      const siblings = entries.map(([name, content]) => ({
        rfilename: name,
        size: content.length,
        blobId: hashOf('sha1', Buffer.concat([Buffer.from(`blob ${content.length}\0`), content])),
        ...(this.#isLarge(name) ? { lfs: { sha256: hashOf('sha256', content), size: content.length } } : {}),
      }));
      return { id: MODEL, sha: COMMIT, siblings };
    }
    if (
      this.#kind === 'modelscope' &&
      path === `/api/v1/models/${MODEL}/repo/files?Revision=master&Recursive=true`
    ) {
      const Files = entries.map(([name, content]) => ({
        Path: name,
        Name: name,
        Type: 'blob',
        Size: content.length,
        Sha256: hashOf('sha256', content),
        Revision: COMMIT,
      }));
      return {
        Code: 200,
        Success: true,
        Data: { Files: [...Files, { Path: 'assets', Type: 'tree', Size: 0 }] },
      };
    }
    return undefined;
  }

  #nameIn(path: string): string | undefined {
    const [, name] =
      /\/resolve\/[^/]+\/([^/?]+)$/.exec(path) ??
      /^\/([^/?]+)\?signature=/.exec(path) ??
      /^\/copy\/([^/?]+)$/.exec(path) ??
      [];
    return name;
  }

  #isLarge(name: string): boolean {
    return name.endsWith('.safetensors') || name === 'tokenizer.json';
  }
}

function urlOf(server: Server | TlsServer): string {
  const scheme = server instanceof TlsServer ? 'https' : 'http';
  return `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function hashOf(algorithm: string, bytes: Uint8Array): string {
  return createHash(algorithm).update(bytes).digest('hex');
}
