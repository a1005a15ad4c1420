import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, extname, join, resolve, sep } from 'node:path';
import { afterAll } from 'vitest';
import { addServiceWorker } from '../../tools/service-worker.mjs';
import { CONTENT_TYPES } from './content-types.ts';

export const DIST = resolve(import.meta.dirname, '../../dist');
const TEXT = /\.(js|mjs|html|css)$/;

type Handler = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;

/** A static server that can be closed and opened again at the same address, and change what it serves. */
export class Site {
  /** Paths asked for, query and all. */
  readonly requests: string[] = [];
  /** Folders by the path that they are served at, each with a slash at its end. */
  folders: Record<string, string>;
  /** Answers before all else; calls `next` for what it leaves alone. */
  handler: Handler;
  headers: Record<string, string> = {};
  #server: Server | undefined;
  #port = 0;

  constructor(folders: Record<string, string>, handler: Handler = (_, __, next) => next()) {
    this.folders = folders;
    this.handler = handler;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/`;
  }

  async open(): Promise<void> {
    const server = createServer((request, response) => {
      this.requests.push(request.url ?? '');
      for (const [name, value] of Object.entries(this.headers)) response.setHeader(name, value);
      this.handler(request, response, () => void this.#send(request, response));
    });
    await new Promise<void>((done) => server.listen(this.#port, '127.0.0.1', done));
    this.#server = server;
    this.#port = (server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    server?.closeAllConnections();
    await new Promise<void>((done) => (server ? server.close(() => done()) : done()));
  }

  async #send(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'http://site');
    const mount = Object.keys(this.folders).find((start) => pathname.startsWith(start));
    const folder = mount === undefined ? undefined : this.folders[mount];
    if (mount === undefined || folder === undefined) return void response.writeHead(404).end();
    const inside = pathname.slice(mount.length) || 'index.html';
    const path = resolve(folder, decodeURIComponent(inside));
    const body = path.startsWith(folder + sep) ? await readFile(path).catch(() => undefined) : undefined;
    if (body === undefined) return void response.writeHead(404).end();
    response
      .writeHead(200, { 'content-type': CONTENT_TYPES[extname(path)] ?? 'application/octet-stream' })
      .end(body);
  }
}

const temporary: string[] = [];
afterAll(() => {
  for (const folder of temporary.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A folder that is gone after the tests of this file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'case-matcher-'));
  temporary.push(folder);
  return folder;
}

/** The build with other files in it, and the service worker of just these. */
export async function buildWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = join(temporaryFolder(), 'dist');
  cpSync(DIST, folder, { recursive: true, filter: (path) => !/dist.(types|pack)\b/.test(path) });
  for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text);
  await addServiceWorker(folder);
  return folder;
}

/** The next release of a build: every hashed file has another name and other bytes, and the old ones are gone. */
export async function nextRelease(build: string): Promise<string> {
  const folder = join(temporaryFolder(), 'dist');
  cpSync(build, folder, { recursive: true });
  const renamed = new Map<string, string>();
  for (const name of readdirSync(join(folder, 'assets'))) {
    const [, stem, , extension] = /^(.*)-([\w-]{8})(\.\w+)$/.exec(name) ?? [];
    // Two files may have the same stem.
    const same = [...renamed.keys()].filter((other) => other.startsWith(`${stem}-`)).length;
    if (stem !== undefined) renamed.set(name, `${stem}-released${same || ''}${extension}`);
  }
  for (const entry of readdirSync(folder, { recursive: true }) as string[]) {
    const path = join(folder, entry);
    if (!TEXT.test(entry) || !statSync(path).isFile()) continue;
    let text = readFileSync(path, 'utf8');
    for (const [old, name] of renamed) text = text.replaceAll(old, name);
    if (entry.endsWith('.js')) text += '\n// the next release';
    if (entry.endsWith('.html')) text = text.replace('<html', '<html data-release="next"');
    writeFileSync(path, text);
  }
  for (const [old, name] of renamed) {
    renameSync(join(folder, 'assets', old), join(dirname(join(folder, 'assets', old)), name));
  }
  await addServiceWorker(folder);
  return folder;
}
