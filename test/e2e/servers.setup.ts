import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, resolve, sep } from 'node:path';
import { preview } from 'vite';
import type { TestProject } from 'vitest/node';
import { CONTENT_TYPES } from './content-types.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The demo desk as `npm start` serves it, with a slash at the end. */
    deskUrl: string;
    /** dist/ on a server that knows nothing of it: no isolation headers, no API. */
    plainUrl: string;
  }
}

const DIST = resolve(import.meta.dirname, '../../dist');

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const desk = await preview({ preview: { port: 0, host: '127.0.0.1' }, logLevel: 'warn' });
  const plain = createServer(async (request, response) => {
    const path = resolve(DIST, `.${new URL(request.url ?? '/', 'http://plain').pathname}`);
    const body = path.startsWith(DIST + sep) ? await readFile(path).catch(() => undefined) : undefined;
    if (body === undefined) response.writeHead(404).end();
    else
      response
        .writeHead(200, { 'content-type': CONTENT_TYPES[extname(path)] ?? 'application/octet-stream' })
        .end(body);
  });
  await new Promise<void>((done) => plain.listen(0, '127.0.0.1', done));
  project.provide('deskUrl', String(desk.resolvedUrls?.local[0]));
  project.provide('plainUrl', `http://127.0.0.1:${(plain.address() as AddressInfo).port}/`);
  return async () => {
    plain.close();
    await desk.close();
  };
}
