import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { afterEach, beforeEach } from 'vitest';
import { DIST, Site } from '../e2e/site.ts';
import type { PackFolder } from './small-chunks.ts';

/** A request for a file of the model, and what a sound server would answer. */
export interface PackRequest {
  readonly name: string;
  readonly headers: IncomingHttpHeaders;
  readonly response: ServerResponse;
  readonly bytes: Buffer;
  /** How often the file was asked for, this time included. */
  readonly count: number;
}

/** Answers a request in place of the server; resolves to false where it leaves that to it. */
export type PackFault = (request: PackRequest) => boolean | Promise<boolean>;

/** The built `dist/`, and a pack at `/pack/`, from a server that misbehaves as it is told. */
export class PackSite {
  readonly site: Site;
  folder: PackFolder;
  fault: PackFault = () => false;
  /** Runs in every engine's worker before its own script does. */
  workerPrelude = '';
  /** Names of the files asked for, in order. */
  readonly asked: string[] = [];
  /** How often each was sent to its last byte. */
  readonly sent = new Map<string, number>();

  constructor(folder: PackFolder) {
    this.folder = folder;
    this.site = new Site({ '/': DIST }, (request, response, next) => {
      const { pathname } = new URL(request.url ?? '/', 'http://site');
      if (pathname === '/blank.html') {
        response
          .writeHead(200, { 'content-type': 'text/html' })
          .end('<!doctype html><link rel="icon" href="data:,">');
        return;
      }
      if (/^\/assets\/worker-[\w-]+\.js$/.test(pathname) && this.workerPrelude !== '') {
        void this.#sendWorker(pathname, response);
        return;
      }
      const [, name] = /^\/pack\/+([^/]*)$/.exec(pathname) ?? [];
      if (name === undefined) next();
      else void this.#sendFile(decodeURIComponent(name), request.headers, response);
    });
  }

  /** Address of a page that does nothing of its own. */
  get blank(): string {
    return `${this.site.url}blank.html`;
  }

  get pack(): string {
    return `${this.site.url}pack/`;
  }

  /** Names of the chunks asked for since the last look, in order. */
  chunksAsked(): string[] {
    return this.asked.splice(0).filter((name) => name.endsWith('.bin'));
  }

  async #sendFile(name: string, headers: IncomingHttpHeaders, response: ServerResponse): Promise<void> {
    const bytes = this.folder.get(name);
    this.asked.push(name);
    if (bytes === undefined) return void response.writeHead(404).end();
    const count = this.asked.filter((other) => other === name).length;
    if (await this.fault({ name, headers, response, bytes, count })) return;
    const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
    if (from > 0) {
      response.writeHead(206, { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` });
    }
    response.end(bytes.subarray(from), () => this.sent.set(name, (this.sent.get(name) ?? 0) + 1));
  }

  async #sendWorker(path: string, response: ServerResponse): Promise<void> {
    const script = await fetch(`${this.site.url}raw${path}`).then((answer) => answer.text());
    response.writeHead(200, { 'content-type': 'text/javascript' }).end(this.workerPrelude + script);
  }
}

/** A site for a test file, sound again before each test. */
export function usePackSite(folder: PackFolder): PackSite {
  const pack = new PackSite(folder);
  pack.site.folders = { '/raw/': DIST, '/': DIST };
  beforeEach(async () => {
    pack.folder = folder;
    pack.fault = () => false;
    pack.workerPrelude = '';
    pack.asked.length = 0;
    pack.sent.clear();
    await pack.site.open();
  });
  afterEach(() => pack.site.close());
  return pack;
}
