import type { Browser, CDPSession, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { CHUNKS, storedKeys } from '../faults/engine-page.ts';
import { newPage, useChromium } from './browser.ts';
import { beginRanking, load, loadFails, openSite, rank, ranked } from './plain-host.ts';
import type { Site } from './site.ts';

useChromium();
const ISOLATION = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};

/** Tabs of one profile, on a host's page. */
async function openTabs(count: number, site: Site): Promise<Page[]> {
  const { page, context } = await newPage();
  const others = Array.from({ length: count - 1 }, () => context.newPage());
  const tabs = [page, ...(await Promise.all(others))];
  for (const tab of tabs) await tab.goto(site.url);
  return tabs;
}

/** Tabs with the model loaded, one after another, so that the first is the host. */
async function openLoadedTabs(count: number, site: Site, options = ''): Promise<Page[]> {
  const tabs = await openTabs(count, site);
  for (const tab of tabs) await load(tab, options);
  return tabs;
}

/** Engines that run in these tabs, each a worker. */
const enginesOf = (tabs: readonly Page[]): number =>
  tabs.flatMap((tab) => tab.workers()).filter((worker) => /\/worker-[\w-]+\.js$/.test(worker.url())).length;

const infoOf = (page: Page) => page.evaluate('reranker.info');
const downloads = (site: Site) => site.requests.filter((url) => url.endsWith('.bin'));

const devtools = (page: Page): Promise<CDPSession> => page.context().newCDPSession(page);

describe('ten tabs', () => {
  it('that are opened at once share one download and one engine', async () => {
    const site = await openSite();
    const tabs = await openTabs(10, site);
    const infos = await Promise.all(tabs.map((tab) => load(tab)));
    expect(infos.filter(({ tab }) => tab === 'this')).toHaveLength(1);
    expect(infos.every(({ shared }) => shared)).toBe(true);
    expect(new Set(downloads(site)).size).toBe(downloads(site).length);
    expect(enginesOf(tabs)).toBe(1);
    const results = await Promise.all(tabs.map((tab) => rank(tab, 20)));
    for (const result of results) expect(result).toEqual(results[0]);
    expect(enginesOf(tabs)).toBe(1);
  });

  it('lose no result when the host’s is closed in mid-rank, again and again', async () => {
    const tabs = await openLoadedTabs(4, await openSite());
    const expected = await rank(tabs[0] as Page, 400);
    while (tabs.length > 1) {
      for (const tab of tabs) await beginRanking(tab, 400);
      const host = await hostOf(tabs);
      await host.close();
      tabs.splice(tabs.indexOf(host), 1);
      for (const tab of tabs) {
        expect(await ranked(tab)).toEqual(expected);
        // What was heard at last are the scores of one engine, each of them once.
        const heard = (await tab.evaluate('heard')) as [string, number, number][];
        const anew = heard.slice(heard.map(([, done]) => done).lastIndexOf(1));
        expect(anew.map(([, done]) => done)).toEqual(expected.map((_, i) => i + 1));
        expect(new Set(anew.map(([id]) => id)).size).toBe(400);
      }
    }
    expect(enginesOf(tabs)).toBe(1);
  });
});

/** The tab with the engine in it. */
async function hostOf(tabs: readonly Page[]): Promise<Page> {
  for (const tab of tabs) if (enginesOf([tab]) > 0) return tab;
  await new Promise((resolve) => setTimeout(resolve, 50));
  return hostOf(tabs);
}

/** The process that a page runs in: the one that computes while the page does. */
async function processOf(page: Page): Promise<number> {
  const session = await (page.context().browser() as Browser).newBrowserCDPSession();
  const times = async () => {
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    return new Map(processInfo.map(({ id, cpuTime }) => [id, cpuTime]));
  };
  const before = await times();
  await page.evaluate(() => {
    for (const end = performance.now() + 1000; performance.now() < end; ) Math.random();
  });
  const grown = [...(await times())].map(([id, time]) => ({ id, time: time - (before.get(id) ?? 0) }));
  return grown.reduce((most, one) => (one.time > most.time ? one : most)).id;
}

describe('when the host’s tab', () => {
  it('crashes, another takes over and pending calls are answered', async () => {
    const [host, other] = (await openLoadedTabs(2, await openSite())) as [Page, Page];
    const expected = await rank(other, 300);
    await beginRanking(other, 300);
    const crash = host.waitForEvent('crash');
    // Never answered, for there is nobody left.
    (await devtools(host)).send('Page.crash').catch(() => {});
    await crash;
    expect(await ranked(other)).toEqual(expected);
    // Its frame goes a little later.
    await expect
      .poll(async () => [await rank(other, 1), await infoOf(other)])
      .toMatchObject([[{ id: 'D0' }], { tab: 'this', shared: true, fetchedBytes: 0 }]);
  });

  it('goes to another page, another takes over', async () => {
    const [host, other] = (await openLoadedTabs(2, await openSite())) as [Page, Page];
    await beginRanking(other, 200);
    await host.goto('about:blank');
    expect(await ranked(other)).toHaveLength(200);
  });

  it('is frozen, another takes over; thawed, it is answered by that one', async () => {
    // An isolated page has the engine in its own worker, and so in its own process.
    const site = await openSite();
    Object.assign(site.headers, ISOLATION);
    const [host, other] = (await openLoadedTabs(2, site)) as [Page, Page];
    const expected = await rank(other, 50);
    const pid = await processOf(host);
    process.kill(pid, 'SIGSTOP');
    try {
      expect(await rank(other, 50)).toEqual(expected);
      expect(await infoOf(other)).toMatchObject({ tab: 'this' });
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    expect(await rank(host, 50)).toEqual(expected);
    expect(await infoOf(host)).toMatchObject({ tab: 'another' });
    // A worker that was stopped in mid-run takes its time to be ended.
    await expect.poll(() => enginesOf([host, other]), { timeout: 30_000 }).toBe(1);
  });

  it('is stuck in a dialog, the other tabs are answered all the same', async () => {
    const [host, other] = (await openLoadedTabs(2, await openSite())) as [Page, Page];
    const dialog = new Promise<() => Promise<void>>((resolve) =>
      host.on('dialog', (shown) => resolve(() => shown.dismiss())),
    );
    const asked = host.evaluate(() => confirm('?'));
    const dismiss = await dialog;
    expect(await rank(other, 50)).toHaveLength(50);
    expect(await infoOf(other)).toMatchObject({ tab: 'another' });
    await dismiss();
    await asked;
  });

  it('is closed during the first download, another completes it and fetches nothing twice', async () => {
    const held: (() => void)[] = [];
    let hold = true;
    const site = await openSite(({ url }, _, next) => {
      if (hold && url?.endsWith('.bin') && downloads(site).length > 1) held.push(next);
      else next();
    });
    const [first, second] = (await openTabs(2, site)) as [Page, Page];
    const loading = [first, second].map((tab) => load(tab).catch(() => undefined));
    await expect.poll(() => held.length, { timeout: 30_000 }).toBeGreaterThan(0);
    await expect.poll(() => enginesOf([first, second]), { timeout: 30_000 }).toBe(1);
    await expect
      .poll(async () => (await storedKeys(first, CHUNKS)).length, { timeout: 30_000 })
      .toBeGreaterThan(0);
    const host = await hostOf([first, second]);
    hold = false;
    await host.close();
    const [info] = (await Promise.all(loading)).filter(Boolean);
    expect(info).toMatchObject({ tab: 'this' });
    expect(info?.fetchedBytes).toBeLessThan(info?.totalBytes ?? 0);
  });
});

it('a tab that looks on goes first: its call is answered while that of a hidden one still waits', async () => {
  const [host, hidden, seen] = (await openLoadedTabs(3, await openSite())) as [Page, Page, Page];
  const hide = () => {
    Object.defineProperty(document, 'visibilityState', { value: 'hidden' });
    document.dispatchEvent(new Event('visibilitychange'));
  };
  await host.evaluate(hide);
  await hidden.evaluate(hide);
  const expected = await rank(hidden, 2000);
  await beginRanking(hidden, 2000);
  expect(await rank(seen, 3)).toHaveLength(3);
  const done = ((await hidden.evaluate('heard')) as unknown[]).length;
  expect(done).toBeLessThan(2000);
  expect(await ranked(hidden)).toEqual(expected);
});

describe('an engine that is not used', () => {
  it('ends after idleSeconds, which frees its memory, and comes back from the store for the next call', async () => {
    const site = await openSite();
    const tabs = (await openLoadedTabs(2, site, 'idleSeconds: 0.5')) as [Page, Page];
    await expect.poll(() => enginesOf(tabs), { timeout: 30_000 }).toBe(0);
    site.requests.length = 0;
    expect(await rank(tabs[1], 3)).toHaveLength(3);
    expect(await infoOf(tabs[1])).toMatchObject({ tab: 'this', fetchedBytes: 0 });
    expect(downloads(site)).toEqual([]);
    await expect.poll(() => enginesOf(tabs), { timeout: 30_000 }).toBe(0);
  });

  it('goes on while a tab asks for longer, and for ever with 0', async () => {
    const site = await openSite();
    const [short, long] = (await openLoadedTabs(2, site, 'idleSeconds: 0.2')) as [Page, Page];
    await load(long, 'idleSeconds: 0');
    await rank(short, 1);
    await short.waitForTimeout(1500);
    expect(enginesOf([short, long])).toBe(1);
  });

  it('goes on after its host has disposed of it, as long as another tab has it', async () => {
    const tabs = (await openLoadedTabs(2, await openSite())) as [Page, Page];
    await tabs[0].evaluate('reranker.dispose()');
    expect(await rank(tabs[1], 3)).toHaveLength(3);
    expect(await infoOf(tabs[1])).toMatchObject({ tab: 'another' });
    await tabs[1].evaluate('reranker.dispose()');
    await expect.poll(() => enginesOf(tabs), { timeout: 30_000 }).toBe(0);
  });
});

it('an error that stops the host stops all who wait for it, at once, and the next load works', async () => {
  let broken = true;
  const site = await openSite(({ url }, response, next) => {
    if (broken && url?.endsWith('.json')) response.writeHead(404).end();
    else next();
  });
  const tabs = await openTabs(3, site);
  const failures = await Promise.all(tabs.map((tab) => loadFails(tab)));
  expect(failures.map(({ code }) => code)).toEqual(['not-a-model', 'not-a-model', 'not-a-model']);
  broken = false;
  expect(await load(tabs[1] as Page)).toMatchObject({ tab: 'this' });
});
