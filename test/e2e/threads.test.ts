import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { availableParallelism } from 'node:os';
import { extname, resolve } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { newPage, useChromium } from './browser.ts';
import { CONTENT_TYPES } from './content-types.ts';

useChromium();
const DIST = resolve(import.meta.dirname, '../../dist');
const ISOLATION = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};

/** What a server does with the scripts of the threads that help to compute, and to read what is stored. */
type ThreadScript = 'as all files' | 'without isolation headers' | 'a 404' | 'never answered';

const HTML = '<!doctype html><link rel="icon" href="data:,">';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** dist/ with the headers that isolate a page, or with other ones. */
async function serve(
  threadScript: ThreadScript,
  isolation: Record<string, string> = ISOLATION,
): Promise<string> {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://host');
    if (pathname === '/') {
      response.writeHead(200, { ...isolation, 'content-type': 'text/html' }).end(HTML);
      return;
    }
    const isThread = /\/(reading-)?thread-[\w-]+\.js$/.test(pathname);
    if (isThread && threadScript === 'never answered') return;
    const body = await readFile(resolve(DIST, `.${pathname}`)).catch(() => undefined);
    // Without isolation there is to be one thread, so no frame either.
    const isMissing = body === undefined || (isolation !== ISOLATION && pathname === '/engine.html');
    if (isMissing || (isThread && threadScript === 'a 404')) {
      response.writeHead(404).end();
      return;
    }
    const headers = isThread && threadScript === 'without isolation headers' ? {} : isolation;
    const type = CONTENT_TYPES[extname(pathname)] ?? 'application/octet-stream';
    response.writeHead(200, { ...headers, 'content-type': type }).end(body);
  });
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** Scores of a few documents, by the page's own `Reranker`, which finds the model stored. */
async function rankAt(url: string): Promise<{ threads: number; fetchedBytes: number; logits: number[] }> {
  const { page } = await newPage();
  await page.goto(url);
  // As text: vitest would rewrite the import of a function.
  return page.evaluate(`(async () => {
    const { Reranker } = await import('${url}reranker.js');
    const first = await Reranker.load({ model: '${url}models/demo', device: 'wasm' });
    await first.dispose();
    const reranker = await Reranker.load({ model: '${url}models/demo', device: 'wasm' });
    const texts = ['路灯不亮', '电梯停运，居民被困轿厢。'.repeat(20), '咨询公积金', '噪音扰民，'.repeat(60)];
    const documents = texts.map((text, i) => ({ id: String(i), text }));
    const logits = [];
    for (let i = 0; i < 5; i++) {
      const ranked = await reranker.rank('楼里的电梯又坏了' + i, documents, { strategy: 'exhaustive' });
      logits.push(...ranked.map(({ logit }) => logit));
    }
    await reranker.dispose();
    const { threads, fetchedBytes } = reranker.info;
    return { threads, fetchedBytes, logits };
  })()`);
}

describe('threads', () => {
  it('change no score: the same to the last bit with one thread and with several', async () => {
    const alone = await rankAt(await serve('as all files', {}));
    const together = await rankAt(await serve('as all files'));
    expect(alone.threads).toBe(1);
    // Which number is worth while is measured, so that a busy machine may stay with one.
    expect(together.threads).toBeLessThanOrEqual(availableParallelism());
    expect(together.logits).toEqual(alone.logits);
    expect(together.fetchedBytes).toBe(0);
  });

  it.each(['without isolation headers', 'a 404', 'never answered'] as const)(
    'are done without when their script is %s: nothing hangs, the scores are the same',
    async (threadScript) => {
      const alone = await rankAt(await serve('as all files', {}));
      const { threads, fetchedBytes, logits } = await rankAt(await serve(threadScript));
      expect(threads).toBe(1);
      expect(fetchedBytes).toBe(0);
      expect(logits).toEqual(alone.logits);
    },
  );
});
