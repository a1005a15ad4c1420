import type { BrowserContext, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { newPage, useChromium } from '../e2e/browser.ts';
import {
  blankPage,
  CHUNKS,
  changeStored,
  computedChunks,
  downloadedKeys,
  load,
  MARKS,
  ranks,
  storedKeys,
} from './engine-page.ts';
import { usePackSite } from './pack-site.ts';
import { inSmallChunks } from './small-chunks.ts';

useChromium();
const folder = inSmallChunks(256 * 1024);
const chunks = [...folder.keys()].filter((name) => name.endsWith('.bin'));
const site = usePackSite(folder);

async function open(): Promise<{ page: Page; context: BrowserContext; said: string[] }> {
  const { context, seen } = await newPage();
  return { page: await blankPage(context, site), context, said: seen.console };
}

/** The engine runs from memory: it ranks, says that it is not kept, and leaves nothing behind. */
async function expectMemoryMode(page: Page): Promise<void> {
  const { info } = await load(page, site);
  expect(info).toMatchObject({ persisted: false });
  expect(info?.fetchedBytes).toBe(info?.totalBytes);
  expect(await ranks(page)).toBe(true);
}

/** In the worker, `indexedDB.open` fails so many times. */
const failingOpen = (times: number, name: string): string => `
  let faults = ${times};
  const realOpen = IDBFactory.prototype.open;
  IDBFactory.prototype.open = function (...args) {
    if (faults-- <= 0) return realOpen.apply(this, args);
    const request = new EventTarget();
    request.error = new DOMException('Internal error opening backing store', '${name}');
    setTimeout(() => request.onerror?.({ target: request }));
    return request;
  };
`;

describe('storage', () => {
  it('#19 there is less room than the model needs: asked before, run from memory, nothing half is left', async () => {
    const { page, context } = await open();
    const session = await context.newCDPSession(page);
    const origin = new URL(site.site.url).origin;
    await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1_000_000 });
    await expectMemoryMode(page);
    expect(await storedKeys(page, CHUNKS)).toEqual([]);
    expect(await storedKeys(page, MARKS)).toEqual([]);

    await session.send('Storage.overrideQuotaForOrigin', { origin });
    expect((await load(page, site)).info).toMatchObject({ persisted: true });
  });

  it('#19 QuotaExceededError on chunk k, whatever the estimate said: the partial set goes, run from memory', async () => {
    // The estimate is that of a browser that promises more than there is.
    site.workerPrelude = 'StorageManager.prototype.estimate = async () => ({ quota: 1e12, usage: 0 });';
    const { page, context } = await open();
    const session = await context.newCDPSession(page);
    const origin = new URL(site.site.url).origin;
    await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1_500_000 });
    await expectMemoryMode(page);
    expect(await storedKeys(page, CHUNKS)).toEqual([]);
    expect(await storedKeys(page, MARKS)).toEqual([]);
  });

  it('#19 a full disk on which an older version lies: it makes room for the new one', async () => {
    const { page, context } = await open();
    await load(page, site);
    const session = await context.newCDPSession(page);
    const origin = new URL(site.site.url).origin;
    await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 5_000_000 });
    site.folder = inSmallChunks(200 * 1024);
    expect((await load(page, site)).info).toMatchObject({ persisted: true });
    const now = [...site.folder.keys()]
      .filter((name) => name.endsWith('.bin'))
      .map((name) => name.slice(0, 64));
    expect(await downloadedKeys(page)).toEqual([...new Set(now)].sort());
  });

  it.each([
    ['#21 indexedDB.open rejects once', failingOpen(1, 'UnknownError')],
    [
      '#22 the connection is closing: InvalidStateError',
      `let faults = 1;
      const real = IDBDatabase.prototype.transaction;
      IDBDatabase.prototype.transaction = function (...args) {
        if (faults-- > 0) {
          this.close();
          throw new DOMException('The database connection is closing.', 'InvalidStateError');
        }
        return real.apply(this, args);
      };`,
    ],
    [
      '#24 a transaction is aborted by script, which rejects with null',
      `let faults = 1;
      const real = IDBObjectStore.prototype.put;
      IDBObjectStore.prototype.put = function (...args) {
        const request = real.apply(this, args);
        if (faults-- > 0) this.transaction.abort();
        return request;
      };`,
    ],
  ])('%s: tried again on a new connection, and all is kept', async (_, prelude) => {
    site.workerPrelude = prelude;
    const { page, said } = await open();
    expect((await load(page, site)).info).toMatchObject({ persisted: true });
    expect(await downloadedKeys(page)).toEqual(chunks.map((name) => name.slice(0, 64)).sort());
    expect(said).toEqual([]);
  });

  it.each([
    ['#23 the connection is lost again and again', failingOpen(1e9, 'UnknownError')],
    ['#25 no IndexedDB', 'Object.defineProperty(globalThis, "indexedDB", { value: undefined });'],
    [
      '#25 IndexedDB may not be used',
      `Object.defineProperty(globalThis, 'indexedDB', {
        get() { throw new DOMException('denied', 'SecurityError'); },
      });`,
    ],
    ['#25 IndexedDB never answers', 'IDBFactory.prototype.open = () => new EventTarget();'],
  ])('%s: the engine runs from memory and says so, and nothing is logged', async (_, prelude) => {
    site.workerPrelude = prelude;
    const { page, said } = await open();
    await expectMemoryMode(page);
    expect(said).toEqual([]);
  });

  it('#26 data cleared in mid-session and between visits: it ranks on, and the next load fetches again', async () => {
    const { page, context } = await open();
    await load(page, site);
    const session = await context.newCDPSession(page);
    const origin = new URL(site.site.url).origin;
    await session.send('Storage.clearDataForOrigin', { origin, storageTypes: 'indexeddb' });
    // The call that finds its bytes gone may say so; none hangs, and the next works.
    await ranks(page).catch(() => false);
    expect(await ranks(page)).toBe(true);
    site.chunksAsked();
    expect((await load(page, site)).info).toMatchObject({ persisted: true });
    expect(await ranks(page)).toBe(true);
  });

  it.each([
    ['lacks our object store', 1, 'other'],
    ['has another version', 7, 'keyval'],
    ['has another version and lacks our object store', 7, 'other'],
  ])('#27 the database %s: it is mended, and all is kept', async (_, version, name) => {
    const { page } = await open();
    await page.evaluate(
      ([database, at, store]) =>
        new Promise<void>((resolve, reject) => {
          const request = indexedDB.open(database as string, at as number);
          request.onupgradeneeded = () => request.result.createObjectStore(store as string);
          request.onerror = () => reject(request.error);
          request.onsuccess = () => {
            request.result.close();
            resolve();
          };
        }),
      [CHUNKS, version, name] as const,
    );
    expect((await load(page, site)).info).toMatchObject({ persisted: true });
    site.chunksAsked();
    expect((await load(page, site)).info).toMatchObject({ persisted: true });
    expect(site.chunksAsked()).toEqual([]);
  });

  it('#28 another tab deletes and upgrades the databases: neither waits for the other, and the next load works', async () => {
    const { page, context } = await open();
    await load(page, site);
    const other = await blankPage(context, site);
    const settled = await other.evaluate(
      async (names) =>
        Promise.all(
          names.map(
            (name) =>
              new Promise<string>((resolve) => {
                const request = indexedDB.open(name, 50);
                request.onblocked = () => resolve('blocked');
                request.onerror = () => resolve('error');
                request.onsuccess = () => {
                  request.result.close();
                  const removal = indexedDB.deleteDatabase(name);
                  removal.onblocked = () => resolve('blocked');
                  removal.onsuccess = () => resolve('deleted');
                };
              }),
          ),
        ),
      [CHUNKS, MARKS],
    );
    expect(settled).toEqual(['deleted', 'deleted']);
    expect(await ranks(page).catch(() => 'told')).not.toBe(false);
    expect((await load(page, site)).info).toMatchObject({ persisted: true });
    expect(await ranks(page)).toBe(true);
  });

  it('#28 another tab’s upgrade is blocked by a third one that never closes: memory, not a hang', async () => {
    const { page, context } = await open();
    const other = await blankPage(context, site);
    await other.evaluate(async (name) => {
      await new Promise((done) => {
        const held = indexedDB.open(name);
        held.onupgradeneeded = () => held.result.createObjectStore('other');
        held.onsuccess = done;
        Object.assign(globalThis, { held });
      });
      indexedDB.open(name, 9);
    }, CHUNKS);
    await expectMemoryMode(page);
  });

  it('is asked to be persistent by the page, once a model is kept in it and not before', async () => {
    const { context } = await newPage();
    await context.addInitScript(() => {
      StorageManager.prototype.persisted = async () => false;
      StorageManager.prototype.persist = async () => {
        const counter = globalThis as { asked?: number };
        counter.asked = (counter.asked ?? 0) + 1;
        throw new TypeError('refused');
      };
    });
    const asked = (page: Page) => page.evaluate(() => (globalThis as { asked?: number }).asked ?? 0);
    site.workerPrelude = 'Object.defineProperty(globalThis, "indexedDB", { value: undefined });';
    const page = await blankPage(context, site);
    await expectMemoryMode(page);
    expect(await asked(page)).toBe(0);
    // With it ends its engine, which a second page would share.
    await page.close();
    site.workerPrelude = '';
    const again = await blankPage(context, site);
    expect((await load(again, site)).info).toMatchObject({ persisted: true });
    await expect.poll(() => asked(again)).toBe(1);
    expect(await ranks(again)).toBe(true);
  });

  it('reports what is stored, since when and how large, and clears it', async () => {
    const { page } = await open();
    const report = () =>
      page.evaluate(
        `(async () => (await import('${site.site.url}reranker.js')).storedModels())()`,
      ) as Promise<Record<string, unknown>>;
    const before = Date.now();
    expect(await report()).toEqual({ models: [], bytes: 0, unfinishedBytes: 0, persistent: false });
    const { info } = await load(page, site);
    const [computed] = await computedChunks(page);
    const bytes = (info?.totalBytes ?? 0) + (computed?.size ?? 0);
    const stored = await report();
    expect(stored).toMatchObject({ bytes, unfinishedBytes: 0 });
    const [model] = stored['models'] as { since: Date; used: Date }[];
    expect(model).toMatchObject({ model: info?.model, url: site.pack, bytes });
    expect(Number(model?.since)).toBeGreaterThanOrEqual(before);
    expect(
      await page.evaluate(
        `(async () => (await import('${site.site.url}reranker.js')).clearStoredModels())()`,
      ),
    ).toBe(true);
    expect(await report()).toMatchObject({ models: [], bytes: 0, unfinishedBytes: 0 });
    expect(await ranks(page)).toBe(true);
    site.chunksAsked();
    expect((await load(page, site)).info).toMatchObject({ persisted: true });
    expect(site.chunksAsked().sort()).toEqual([...chunks].sort());
  });

  it('a model that nobody has loaded for two months goes once another one works', async () => {
    const { page } = await open();
    await load(page, site);
    const [key = ''] = await storedKeys(page, MARKS);
    await changeStored(page, MARKS, key, `(mark) => ({ ...mark, used: mark.used - 61 * 86_400_000 })`);
    site.folder = inSmallChunks(200 * 1024);
    expect((await load(page, site, { model: `${site.site.url}pack//` })).info).toMatchObject({
      persisted: true,
    });
    expect(await storedKeys(page, MARKS)).toEqual([`${site.site.url}pack//`]);
  });
});
