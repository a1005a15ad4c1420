import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { newPage, useChromium } from '../e2e/browser.ts';
import { blankPage, load, ranks } from './engine-page.ts';
import { usePackSite } from './pack-site.ts';
import { inSmallChunks } from './small-chunks.ts';

useChromium();
const folder = inSmallChunks(64 * 1024);
const chunks = [...folder.keys()].filter((name) => name.endsWith('.bin'));
const site = usePackSite(folder);

/** A server that answers for `count` chunks, and for the others once `open` is called. */
function gate(count: number): { open: () => void } {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  let answered = 0;
  site.fault = async ({ name }) => {
    if (name.endsWith('.bin') && ++answered > count) await opened;
    return false;
  };
  return { open: () => open() };
}

/** Whether a tab of the page's origin waits for another one's download. */
function someoneWaits(page: Page): Promise<boolean> {
  return page.evaluate(async () => {
    const { pending = [] } = await navigator.locks.query();
    return pending.some(({ name }) => name === 'case-matcher-download');
  });
}

async function twoTabs() {
  const { context } = await newPage();
  const [first, second] = [await blankPage(context, site), await blankPage(context, site)];
  const downloading = load(first, site);
  const asked = () => site.asked.filter((name) => name.endsWith('.bin')).length;
  await expect.poll(asked, { timeout: 30_000 }).toBeGreaterThan(0);
  // By another spelling, so that it has an engine of its own and not that of the first.
  const waiting = load(second, site, { model: `${site.pack}?second` });
  await expect.poll(() => someoneWaits(second), { timeout: 30_000 }).toBe(true);
  return { context, first, second, downloading, waiting };
}

it('#17 two tabs load for the first time together: one downloads, the other waits, says so, and reads', async () => {
  const { open } = gate(2);
  const { second, downloading, waiting } = await twoTabs();
  open();
  const [holder, waiter] = await Promise.all([downloading, waiting]);
  expect(holder.info?.fetchedBytes).toBe(holder.info?.totalBytes);
  expect(waiter.info).toMatchObject({ fetchedBytes: 0, persisted: true });
  expect(waiter.progress.some(({ from }) => from === 'other-tab')).toBe(true);
  expect(site.chunksAsked().sort()).toEqual([...chunks].sort());
  expect(await ranks(second)).toBe(true);
});

it('#17 the tab that downloads is killed: the other takes over, and goes on where it was', async () => {
  const { open } = gate(12);
  const { context, first, second, downloading, waiting } = await twoTabs();
  // What arrived is stored, but for the three that are on their way.
  const asking = () => site.asked.filter((name) => name.endsWith('.bin')).length;
  await expect.poll(asking, { timeout: 30_000 }).toBe(15);
  const ended = Promise.allSettled([downloading]);
  const session = await context.newCDPSession(first);
  void session.send('Page.crash').catch(() => {});
  await new Promise((crashed) => first.once('crash', crashed));
  site.fault = () => false;
  open();
  const { info } = await waiting;
  await ended;
  expect(info).toMatchObject({ persisted: true });
  const asked = site.chunksAsked();
  expect(new Set(asked).size).toBe(chunks.length);
  expect(asked.length - chunks.length).toBeLessThanOrEqual(3);
  expect(await ranks(second)).toBe(true);
});
