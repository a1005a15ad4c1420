import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, beforeEach } from 'vitest';
import { DIST, Site } from '../e2e/site.ts';
import { repositoryFile } from '../exported/repository.ts';
import type { EngineSite } from './engine-page.ts';

/** The file that holds the weights, beside its graph. */
export const WEIGHTS = 'onnx/model.onnx_data';

/** Three chunks: those that the graph uses, and what is put behind them. */
const THREE_CHUNKS = 72 * 2 ** 20;

export interface ExportRequest {
  readonly method: string;
  readonly range: string | undefined;
  readonly ifRange: string | undefined;
}

/** Answers a request for the weights in place of the server; false where it leaves that to it. */
export type WeightsFault = (request: ExportRequest, response: ServerResponse, bytes: Buffer) => boolean;

/** The built `dist/`, and a published export at `/export/` whose weights are large, from a server that knows ranges. */
export class ExportSite implements EngineSite {
  readonly site = new Site({ '/': DIST }, (request, response, next) => this.#answer(request, response, next));
  /** Of the weights: another one has another end. */
  version = 1;
  /** Bytes of the weights. */
  size = THREE_CHUNKS;
  etag: string | undefined;
  fault: WeightsFault = () => false;
  /** For the weights, in order. */
  readonly requests: ExportRequest[] = [];
  #weights = { version: 0, bytes: Buffer.alloc(0) };

  get blank(): string {
    return `${this.site.url}blank.html`;
  }

  get pack(): string {
    return `${this.site.url}export/`;
  }

  get weights(): Buffer {
    const { version, size } = this;
    if (this.#weights.version !== version || this.#weights.bytes.length !== size) {
      const used = repositoryFile('plain', WEIGHTS) as Buffer;
      const rest = Buffer.alloc(size - used.length, `version ${version} `);
      // No two chunks are alike: they would be stored as one.
      for (let at = 0; at + 4 <= rest.length; at += 2 ** 20) rest.writeUInt32LE(at, at);
      this.#weights = { version, bytes: Buffer.concat([used, rest]) };
    }
    return this.#weights.bytes;
  }

  #answer(request: IncomingMessage, response: ServerResponse, next: () => void): unknown {
    const { pathname } = new URL(request.url ?? '/', 'http://site');
    if (pathname === '/blank.html') {
      response.writeHead(200, { 'content-type': 'text/html' });
      return response.end('<!doctype html><link rel="icon" href="data:,">');
    }
    const [, path] = /^\/export\/(.+)$/.exec(pathname) ?? [];
    if (path === undefined) return next();
    const bytes = path === WEIGHTS ? this.weights : repositoryFile('plain', path);
    if (bytes === undefined) return response.writeHead(404).end();
    const { method = 'GET', headers } = request;
    if (path !== WEIGHTS) {
      response.writeHead(200, { 'content-length': bytes.length });
      return response.end(method === 'HEAD' ? undefined : bytes);
    }
    const { etag = `"v${this.version}"` } = this;
    const asked = { method, range: headers.range, ifRange: headers['if-range'] as string | undefined };
    this.requests.push(asked);
    response.setHeader('etag', etag);
    if (method === 'HEAD') {
      response.writeHead(200, { 'content-length': bytes.length });
      return response.end();
    }
    if (this.fault(asked, response, bytes)) return undefined;
    const from = asked.ifRange === undefined || asked.ifRange === etag ? startOf(asked.range) : 0;
    if (from > 0) {
      response.writeHead(206, {
        'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}`,
        'content-length': bytes.length - from,
      });
    } else response.writeHead(200, { 'content-length': bytes.length });
    return response.end(bytes.subarray(from));
  }
}

/** The byte that `bytes=…-` begins at. */
export function startOf(range: string | undefined): number {
  return Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
}

/** A site for a test file, sound again before each test. */
export function useExportSite(): ExportSite {
  const site = new ExportSite();
  beforeEach(async () => {
    site.version = 1;
    site.size = THREE_CHUNKS;
    site.etag = undefined;
    site.fault = () => false;
    site.requests.length = 0;
    await site.site.open();
  });
  afterEach(() => site.site.close());
  return site;
}
