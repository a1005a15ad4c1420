import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { newPage, useChromium } from '../e2e/browser.ts';
import { blankPage, CHUNKS, changeStored, load, MARKS, ranks, storedKeys } from './engine-page.ts';
import { type PackFault, usePackSite } from './pack-site.ts';
import { inSmallChunks } from './small-chunks.ts';

useChromium();
const folder = inSmallChunks(256 * 1024);
const chunks = [...folder.keys()].filter((name) => name.endsWith('.bin'));
const some = chunks[3] as string;
const manifest = JSON.parse(String(folder.get('manifest.json')));
const site = usePackSite(folder);

/** A fault of one chunk alone. */
const of =
  (chunk: string, fault: PackFault): PackFault =>
  (request) =>
    request.name === chunk && fault(request);

/** The model's server is gone. */
const cut: PackFault = ({ response }) => {
  response.destroy();
  return true;
};

async function open(): Promise<Page> {
  const { context } = await newPage();
  return blankPage(context, site);
}

/** The sound server after the fault: the next load of the same page is complete. */
async function expectWell(page: Page): Promise<void> {
  site.fault = () => false;
  expect((await load(page, site)).info).toMatchObject({ persisted: true });
  expect(await ranks(page)).toBe(true);
}

describe('a download', () => {
  it('#1 the stream errors at 50 %, for ever: network, nothing of it is stored, and the next load works', async () => {
    site.fault = of(some, ({ response, bytes }) => {
      response.writeHead(200, { 'content-length': bytes.length });
      response.write(bytes.subarray(0, bytes.length >> 1), () => response.destroy());
      return true;
    });
    const page = await open();
    expect((await load(page, site)).error).toMatchObject({
      code: 'network',
      details: { url: site.pack + some },
    });
    expect(await storedKeys(page, MARKS)).toEqual([]);
    expect(await storedKeys(page, CHUNKS)).not.toContain(some.slice(0, 64));
    await expectWell(page);
  });

  it('#1 the stream errors at 50 %, once: it goes on at the byte, and nothing is fetched twice', async () => {
    const ranges: (string | undefined)[] = [];
    site.fault = of(some, ({ response, bytes, headers, count }) => {
      ranges.push(headers.range);
      if (count > 1) return false;
      response.writeHead(200, { 'content-length': bytes.length });
      response.write(bytes.subarray(0, 100_000), () => setTimeout(() => response.destroy(), 100));
      return true;
    });
    const page = await open();
    const { info } = await load(page, site);
    expect(info).toMatchObject({ persisted: true });
    expect(ranges[0]).toBe(undefined);
    expect(Number(/^bytes=(\d+)-$/.exec(ranges[1] ?? '')?.[1])).toBeGreaterThan(0);
    expect(info?.fetchedBytes).toBe(info?.totalBytes);
    expect(await ranks(page)).toBe(true);
  });

  it('#3 a clean end, a short body, no Content-Length: integrity, with both lengths', async () => {
    site.fault = of(some, ({ response, bytes }) => {
      response.writeHead(200, { 'transfer-encoding': 'chunked' });
      response.end(bytes.subarray(0, -7));
      return true;
    });
    const page = await open();
    const { size } = { size: folder.get(some)?.length ?? 0 };
    expect((await load(page, site)).error).toMatchObject({
      code: 'integrity',
      details: { url: site.pack + some, expected: size, actual: size - 7 },
    });
    expect(site.chunksAsked().filter((name) => name === some)).toHaveLength(1);
    await expectWell(page);
  });

  it('#4 gzip with the compressed Content-Length: never more than 100 %, and no false alarm', async () => {
    site.fault = ({ response, bytes }) => {
      const packed = gzipSync(bytes);
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': packed.length });
      response.end(packed);
      return true;
    };
    const page = await open();
    const { info, progress } = await load(page, site);
    expect(info).toMatchObject({ persisted: true });
    expect(progress.every(({ loaded, total }) => loaded <= total)).toBe(true);
    expect(progress[progress.length - 1]?.loaded).toBe(info?.totalBytes);
  });

  it('#6 one bit flipped in the body: integrity with url, expected, actual, and not stored', async () => {
    site.fault = of(some, ({ response, bytes }) => {
      const flipped = Buffer.from(bytes);
      flipped[1000] = (flipped[1000] ?? 0) ^ 4;
      response.end(flipped);
      return true;
    });
    const page = await open();
    const expected = some.slice(0, 64);
    const { error } = await load(page, site);
    const actual = expect.stringMatching(/^[0-9a-f]{64}$/);
    expect(error).toMatchObject({ code: 'integrity', details: { url: site.pack + some, expected, actual } });
    expect(error?.details?.['actual']).not.toBe(expected);
    expect(await storedKeys(page, CHUNKS)).not.toContain(expected);
    await expectWell(page);
  });

  it('#7 one bit flipped in a stored chunk: found, evicted, fetched again alone; offline a clear error', async () => {
    const [{ path: weights }] = manifest.variants['wasm-int8'].weights[0].chunks;
    const page = await open();
    await load(page, site);
    const flip = `async ({ blob, ...rest }) => {
      const bytes = new Uint8Array(await blob.arrayBuffer());
      bytes[1000] ^= 4;
      return { blob: new Blob([bytes]), ...rest };
    }`;
    await changeStored(page, CHUNKS, weights.slice(0, 64), flip);
    site.chunksAsked();
    const { info } = await load(page, site);
    expect(site.chunksAsked()).toEqual([weights]);
    expect(info).toMatchObject({ fetchedBytes: folder.get(weights)?.length, persisted: true });
    expect(await ranks(page)).toBe(true);

    await changeStored(page, CHUNKS, weights.slice(0, 64), flip);
    site.fault = cut;
    expect((await load(page, site)).error).toMatchObject({
      code: 'network',
      details: { url: site.pack + weights },
    });
    await expectWell(page);
  });

  it('#7 the stored embeddings damaged, which are read as texts ask for them: the call fails, the next one works', async () => {
    const page = await open();
    await load(page, site);
    const [first] = manifest.embeddings.int8.chunks as [{ path: string; size: number; sha256: string }];
    // A look at both ends of a chunk, which a load takes, finds nothing.
    const wreck = `async ({ blob, ...rest }) => {
      const bytes = new Uint8Array(await blob.arrayBuffer());
      const inner = (i) => i >= 1000 && i < bytes.length - 1000;
      return { blob: new Blob([bytes.map((byte, i) => (inner(i) ? byte ^ 4 : byte))]), ...rest };
    }`;
    await changeStored(page, CHUNKS, first.sha256, wreck);
    site.chunksAsked();
    expect((await load(page, site)).error).toMatchObject({ code: 'runtime-unavailable' });

    const { info } = await load(page, site);
    expect(site.chunksAsked()).toEqual([first.path]);
    expect(info).toMatchObject({ fetchedBytes: first.size, persisted: true });
    expect(await ranks(page)).toBe(true);
  });

  it.each([401, 403, 404])('#9 %i: http with status and URL, asked for once', async (status) => {
    site.fault = of(some, ({ response }) => {
      response.writeHead(status).end();
      return true;
    });
    const page = await open();
    const { error } = await load(page, site);
    expect(error).toMatchObject({ code: 'http', details: { status, url: site.pack + some } });
    expect(site.chunksAsked().filter((name) => name === some)).toHaveLength(1);
    await expectWell(page);
  });

  it.each([429, 503])('#9 %i for ever: asked a bounded number of times, then http', async (status) => {
    site.fault = of(some, ({ response }) => {
      response.writeHead(status, { 'retry-after': '0' }).end();
      return true;
    });
    const page = await open();
    const { error } = await load(page, site);
    expect(error).toMatchObject({ code: 'http', details: { status, url: site.pack + some } });
    expect(site.chunksAsked().filter((name) => name === some)).toHaveLength(6);
    await expectWell(page);
  });

  it('#9 a storm of 429: every file is refused twice, Retry-After is honoured, and the load is complete', async () => {
    const asked = new Map<string, number[]>();
    site.fault = ({ name, response, count }) => {
      asked.set(name, [...(asked.get(name) ?? []), performance.now()]);
      if (count > 2) return false;
      const seconds = name === some ? '1' : '0';
      response.writeHead(429, { 'retry-after': seconds }).end();
      return true;
    };
    const page = await open();
    expect((await load(page, site)).info).toMatchObject({ persisted: true });
    const [first = 0, second = 0, third = 0] = asked.get(some) ?? [];
    expect(second - first).toBeGreaterThanOrEqual(999);
    expect(third - second).toBeGreaterThanOrEqual(999);
  });

  it('#10 chunk k of n fails once: it alone is asked for again', async () => {
    site.fault = of(some, ({ response, count }) => {
      if (count > 1) return false;
      response.writeHead(503).end();
      return true;
    });
    const page = await open();
    expect((await load(page, site)).info).toMatchObject({ persisted: true });
    expect(site.chunksAsked().sort()).toEqual([...chunks, some].sort());
  });

  it('#13 a chunk is missing though all was complete: fetched alone, and offline not “ready”', async () => {
    const page = await open();
    await load(page, site);
    site.chunksAsked();
    await changeStored(page, CHUNKS, some.slice(0, 64), '() => undefined');
    site.fault = cut;
    expect((await load(page, site)).error).toMatchObject({ code: 'network' });
    site.fault = () => false;
    site.chunksAsked();
    expect((await load(page, site)).info).toMatchObject({ persisted: true });
    expect(site.chunksAsked()).toEqual([some]);
  });

  it.each(['manifest', 'download', 'runtime', 'self-test'])(
    '#15 aborted at “%s”: AbortError, and the next load works',
    async (abortAt) => {
      const page = await open();
      const { error } = await load(page, site, { abortAt });
      expect(error).toMatchObject({ name: 'AbortError' });
      await expectWell(page);
    },
  );

  it('#15 aborted while it waits to try again: AbortError at once', async () => {
    let refused = 0;
    site.fault = ({ name, response }) => {
      if (!name.endsWith('.bin')) return false;
      refused++;
      response.writeHead(503, { 'retry-after': '100' }).end();
      return true;
    };
    const page = await open();
    const loading = page.evaluate(`(async () => {
      const { Reranker } = await import('${site.site.url}reranker.js');
      globalThis.stop = new AbortController();
      const error = await Reranker.load({ model: '${site.pack}', device: 'wasm', signal: globalThis.stop.signal }).catch((e) => e);
      return error.name;
    })()`);
    await expect.poll(() => refused).toBe(3);
    await page.evaluate('stop.abort()');
    expect(await loading).toBe('AbortError');
    await expectWell(page);
  });

  it('#16 two loads at once in one page, by two spellings: one set of requests', async () => {
    const page = await open();
    const second = `${site.pack}?second`;
    const both = await Promise.all([load(page, site), load(page, site), load(page, site, { model: second })]);
    expect(both.map(({ info }) => info?.persisted)).toEqual([true, true, true]);
    expect(site.chunksAsked().sort()).toEqual([...chunks].sort());
  });

  it('#18 one model by several spellings of its URL: stored once', async () => {
    const page = await open();
    await load(page, site);
    const stored = await storedKeys(page, CHUNKS);
    const marks = await storedKeys(page, MARKS);
    site.chunksAsked();
    const spellings = ['pack', 'pack/', 'pack/manifest.json', 'pack/?v=2', './x/../pack/#top', 'pack//'];
    for (const spelling of spellings) {
      expect((await load(page, site, { model: site.site.url + spelling })).error).toBe(undefined);
    }
    expect(site.chunksAsked()).toEqual([]);
    expect((await storedKeys(page, CHUNKS)).sort()).toEqual(stored.sort());
    // Two slashes are another folder, which holds the same chunks.
    expect((await storedKeys(page, MARKS)).sort()).toEqual([...marks, `${site.site.url}pack//`].sort());
  });
});
