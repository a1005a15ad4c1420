import { createHash } from 'node:crypto';
import type { BrowserContext, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { newPage, useChromium } from '../e2e/browser.ts';
import { blankPage, CHUNKS, changeStored, type Loaded, load, MARKS, storedKeys } from './engine-page.ts';
import { startOf, useExportSite } from './export-site.ts';

useChromium();
const site = useExportSite();
const CHUNK = 32 * 2 ** 20;
const exported = { dtype: 'fp32' } as const;

/** SHA-256 of each chunk of the weights as they are now. */
function hashes(): string[] {
  const { weights } = site;
  const pieces = [0, CHUNK, 2 * CHUNK].map((at) => weights.subarray(at, at + CHUNK));
  return pieces.map((piece) => createHash('sha256').update(piece).digest('hex'));
}

const gets = () => site.requests.splice(0).filter(({ method }) => method === 'GET');
const loadExport = (page: Page): Promise<Loaded> => load(page, site, { exported });

async function scores(page: Page): Promise<number[]> {
  return page.evaluate(`(async () => {
    const documents = ['电梯停运', '路灯损坏'].map((text, i) => ({ id: String(i), text }));
    return (await globalThis.engine.rank('电梯困人', documents, { remember: false })).map(({ logit }) => logit);
  })()`);
}

async function firstChunkStored(page: Page): Promise<void> {
  await expect
    .poll(() => storedKeys(page, MARKS), { timeout: 60_000 })
    .toEqual(expect.arrayContaining([expect.stringMatching(/^unfinished .*onnx_data$/)]));
}

/** A first visit that ends when one chunk of the weights is stored and a part of the next is on its way. */
async function interrupted(): Promise<BrowserContext> {
  const { context } = await newPage();
  const page = await blankPage(context, site);
  site.fault = (_, response, bytes) => {
    response.writeHead(200, { 'content-length': bytes.length });
    response.write(bytes.subarray(0, CHUNK + 5_000_000));
    return true;
  };
  const loading = loadExport(page).catch(() => undefined);
  await firstChunkStored(page);
  await page.close();
  await loading;
  site.fault = () => false;
  site.requests.length = 0;
  return context;
}

/** The next visit completes the file, whose stored chunks are those of the server's. */
async function expectComplete(context: BrowserContext): Promise<Loaded> {
  const page = await blankPage(context, site);
  const loaded = await loadExport(page);
  expect(loaded.error).toBe(undefined);
  expect(loaded.info).toMatchObject({ persisted: true, variant: 'fp32' });
  expect(await storedKeys(page, CHUNKS)).toEqual(expect.arrayContaining(hashes()));
  expect(await scores(page)).toHaveLength(2);
  return loaded;
}

it('#11 an interrupted file goes on at the last whole chunk in the next visit, by Range and If-Range', async () => {
  const context = await interrupted();
  const { info } = await expectComplete(context);
  expect(gets()).toEqual([{ method: 'GET', range: `bytes=${CHUNK}-`, ifRange: '"v1"' }]);
  expect(info?.fetchedBytes).toBeLessThan((info?.totalBytes ?? 0) - CHUNK + 1);
});

it('#11 an interrupted file goes on by a hash alone, where the server names one, and is checked as a whole', async () => {
  site.etag = `"${createHash('sha256').update(site.weights).digest('hex')}"`;
  const context = await interrupted();
  await expectComplete(context);
  expect(gets()).toEqual([{ method: 'GET', range: `bytes=${CHUNK}-`, ifRange: site.etag }]);
});

it('#11 a connection that breaks off goes on at the byte within one visit', async () => {
  const { context } = await newPage();
  let breakOff = () => {};
  site.fault = ({ range }, response, bytes) => {
    if (range !== undefined) return false;
    response.writeHead(200, { 'content-length': bytes.length });
    response.write(bytes.subarray(0, CHUNK + 5_000_000));
    breakOff = () => response.destroy();
    return true;
  };
  const watching = await blankPage(context, site);
  const completing = expectComplete(context);
  // Bytes that the page has not read yet are lost with the connection.
  await firstChunkStored(watching);
  breakOff();
  const { info } = await completing;
  const [first, second, ...more] = gets();
  expect(first?.range).toBe(undefined);
  expect(startOf(second?.range)).toBeGreaterThan(CHUNK);
  expect(more).toEqual([]);
  expect(info?.fetchedBytes).toBe(info?.totalBytes);
});

it('#11 200 to a Range request: from byte 0, never put together', async () => {
  const context = await interrupted();
  site.fault = (_, response, bytes) => {
    response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
    return true;
  };
  await expectComplete(context);
  expect(gets()).toHaveLength(1);
});

it('#11 another ETag: from byte 0, never put together', async () => {
  const context = await interrupted();
  site.version = 2;
  await expectComplete(context);
  expect(gets()).toEqual([{ method: 'GET', range: undefined, ifRange: undefined }]);
});

it('#11 the rest of another file under the old ETag: found by the hash of the whole, and nothing of it is kept', async () => {
  site.etag = `"${createHash('sha256').update(site.weights).digest('hex')}"`;
  const context = await interrupted();
  site.version = 2;
  const page = await blankPage(context, site);
  expect((await loadExport(page)).error).toMatchObject({ code: 'integrity' });
  expect(gets().map(({ range }) => range)).toEqual([`bytes=${CHUNK}-`, undefined]);
  site.etag = undefined;
  await expectComplete(context);
});

it.each([
  ['begins elsewhere', (from: number, size: number) => `bytes ${from - 1}-${size - 1}/${size}`],
  ['is of a file of another length', (from: number, size: number) => `bytes ${from}-${size}/${size + 1}`],
  ['ends too early', (from: number, size: number) => `bytes ${from}-${size - 2}/${size}`],
  ['says nothing of its place', () => undefined],
])('#11 a 206 that %s: refused, from byte 0', async (_, contentRange) => {
  const context = await interrupted();
  site.fault = ({ range }, response, bytes) => {
    if (range === undefined) return false;
    const place = contentRange(startOf(range), bytes.length);
    response.writeHead(206, place === undefined ? {} : { 'content-range': place });
    response.end(bytes.subarray(startOf(range)));
    return true;
  };
  await expectComplete(context);
  expect(gets().map(({ range }) => range)).toEqual([`bytes=${CHUNK}-`, undefined]);
});

it('#11 416 to a Range request: from byte 0', async () => {
  const context = await interrupted();
  site.fault = ({ range }, response) => {
    if (range === undefined) return false;
    response.writeHead(416).end();
    return true;
  };
  await expectComplete(context);
});

it('#7 one bit flipped in a stored chunk of an export: that chunk is fetched again alone', async () => {
  const { context } = await newPage();
  await expectComplete(context);
  gets();
  const page = await blankPage(context, site);
  // The engine of a page that is open would be shared.
  for (const other of context.pages()) if (other !== page) await other.close();
  const [, second = ''] = hashes();
  await changeStored(
    page,
    CHUNKS,
    second,
    `async ({ blob, ...rest }) => {
      const bytes = new Uint8Array(await blob.arrayBuffer());
      bytes[1000] ^= 4;
      return { blob: new Blob([bytes]), ...rest };
    }`,
  );
  const { info } = await expectComplete(context);
  expect(info?.fetchedBytes).toBe(CHUNK);
  expect(gets()).toEqual([{ method: 'GET', range: `bytes=${CHUNK}-`, ifRange: '"v1"' }]);
});
