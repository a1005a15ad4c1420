import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { build } from 'vite';
import viteConfig from '../../vite.config.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
  '.json': 'application/json',
  '.html': 'text/html; charset=utf-8',
};
const EMPTY_PAGE = '<!doctype html><title>bench</title>';

/** Bundles the pages, each with what it imports of this project, as users get it: from vite.config.ts. */
export async function buildPages(pages: Readonly<Record<string, string>>, folder: string): Promise<void> {
  await build({
    ...viteConfig,
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    build: {
      ...viteConfig.build,
      outDir: folder,
      emptyOutDir: true,
      rollupOptions: { ...viteConfig.build?.rollupOptions, input: { ...pages } },
    },
  });
}

/** A static server on this machine whose pages are cross-origin isolated. It counts what it sends. */
export class Site {
  readonly #server: Server;
  readonly #folders: ReadonlyMap<string, string>;
  #bytesSent = 0;

  private constructor(folders: Readonly<Record<string, string>>) {
    this.#folders = new Map(Object.entries(folders));
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error) => response.destroy(error));
    });
  }

  /** @param folders the folder behind each first part of a path; `/` itself is an empty page */
  static async start(folders: Readonly<Record<string, string>>): Promise<Site> {
    const site = new Site(folders);
    await new Promise<void>((resolve) => site.#server.listen(0, '127.0.0.1', resolve));
    return site;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  /** Bytes of bodies sent so far. */
  get bytesSent(): number {
    return this.#bytesSent;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const headers = {
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
      'cross-origin-resource-policy': 'same-origin',
    };
    const path = decodeURIComponent(new URL(request.url ?? '/', this.address).pathname);
    if (path === '/') {
      response.writeHead(200, { ...headers, 'content-type': 'text/html; charset=utf-8' }).end(EMPTY_PAGE);
      return;
    }
    const file = this.#fileOf(path);
    const info = file === undefined ? undefined : await stat(file).catch(() => undefined);
    if (file === undefined || !info?.isFile()) {
      response.writeHead(404, headers).end();
      return;
    }
    const type = TYPES[extname(file)] ?? 'application/octet-stream';
    const etag = `"${info.size}-${info.mtimeMs}"`;
    response.writeHead(200, { ...headers, 'content-type': type, 'content-length': info.size, etag });
    if (request.method === 'HEAD') {
      response.end();
      return;
    }
    this.#bytesSent += info.size;
    createReadStream(file, { highWaterMark: 1 << 20 }).pipe(response);
  }

  #fileOf(path: string): string | undefined {
    const [, first = '', ...rest] = normalize(path).split('/');
    const folder = this.#folders.get(first);
    return folder === undefined ? undefined : join(folder, ...rest);
  }
}
