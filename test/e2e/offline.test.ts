import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { BrowserContext, Page, Request } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTicketApi } from '../../src/demo/api/api.ts';
import { nextEvent, openProfile, useChromium } from './browser.ts';
import { DIST, Site, temporaryFolder } from './site.ts';

useChromium();

const DEMO = new URL('../../src/demo/', import.meta.url);
const queue: { id: string; title: string }[] = JSON.parse(
  readFileSync(resolve(import.meta.dirname, '../../src/demo/queue.json'), 'utf8'),
);

/** The demo desk as `npm start` serves it, on a server that can be closed. */
const site = new Site(
  { '/': DIST },
  createTicketApi({
    archiveUrl: new URL('archive.jsonl', DEMO),
    queueUrl: new URL('queue.json', DEMO),
  }),
);
site.headers = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
};
beforeEach(() => site.open());
afterEach(() => site.close());

/** Visits the desk, looks at some tickets, and closes the browser once all that is to be kept is kept. */
async function firstVisit(profile: string, tickets: number): Promise<Record<string, unknown>> {
  const context = await openProfile(profile);
  const page = await context.newPage();
  const first = await nextEvent(page, 'case-match', () => page.goto(`${site.url}?device=wasm`));
  for (let index = 1; index < tickets; index++) await openTicket(page, index);
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  await expect.poll(() => keptLists(page)).toBe(tickets);
  await context.close();
  return first;
}

/** Clicks a ticket of the queue and waits for its cases. */
function openTicket(page: Page, index: number): Promise<Record<string, unknown>> {
  const item = page.locator(`#queue [data-id="${queue[index]?.id}"]`);
  return nextEvent(page, 'case-match', () => item.click());
}

function keptLists(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const open = indexedDB.open('case-matcher-candidates');
    await new Promise((done) => open.addEventListener('success', done));
    const keys = open.result.transaction('keyval').objectStore('keyval').getAllKeys();
    await new Promise((done) => keys.addEventListener('success', done));
    open.result.close();
    return keys.result.filter((key) => key !== 'index').length;
  });
}

/** Requests that the service worker did not answer. */
async function notFromHere(context: BrowserContext, act: () => Promise<unknown>): Promise<string[]> {
  const requests: Request[] = [];
  context.on('request', (request) => requests.push(request));
  await act();
  const beyond = await Promise.all(
    requests.map(async (request) => {
      // One whose worker was ended before it came is never answered, and never was asked of a server.
      const unanswered = new Promise<undefined>((done) => setTimeout(done, 10_000));
      const response = await Promise.race([request.response(), unanswered]);
      const here = response === undefined || response?.fromServiceWorker();
      return here ? [] : [new URL(request.url()).pathname];
    }),
  );
  return beyond.flat();
}

describe('with the server gone and the browser started again', () => {
  it('the desk opens and ranks, and asks for nothing but newer tickets', async () => {
    const profile = temporaryFolder();
    const online = await firstVisit(profile, 2);
    await site.close();
    const context = await openProfile(profile);
    await context.setOffline(true);
    const page = await context.newPage();
    const said: string[] = [];
    page.on('pageerror', (error) => said.push(String(error)));
    let offline: Record<string, unknown> = {};
    const asked = await notFromHere(context, async () => {
      offline = await nextEvent(page, 'case-match', () => page.goto(`${site.url}?device=wasm`));
    });
    const mayBeNewer = ['/api/tickets', '/api/tickets/search'];
    expect(asked.filter((path) => !mayBeNewer.includes(path))).toEqual([]);
    expect(offline).toEqual({ ...online, keptAt: expect.any(String) });
    expect(offline).toMatchObject({ rankedByModel: true, ranked: 50 });
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    await expect.poll(() => page.locator('#queue-count').textContent()).toMatch(/^离线/);
    const notice = page.locator('case-matcher [part~=notice]');
    await expect.poll(() => notice.textContent()).toMatch(/暂时连不上工单系统[\s\S]*本机保存/);
    expect(await openTicket(page, 1)).toMatchObject({ rankedByModel: true, keptAt: expect.any(String) });
    expect(said).toEqual([]);
  });

  it('a ticket that was never looked at is said to lack its past ones, until the server is back', async () => {
    const profile = temporaryFolder();
    await firstVisit(profile, 1);
    await site.close();
    const context = await openProfile(profile);
    const page = await context.newPage();
    await nextEvent(page, 'case-match', () => page.goto(`${site.url}?device=wasm`));
    const failed = await nextEvent(page, 'case-error', () =>
      page.locator(`#queue [data-id="${queue[2]?.id}"]`).click(),
    );
    expect(failed['code']).toBe('network');
    const notice = page.locator('case-matcher [part~=notice]');
    await expect.poll(() => notice.textContent()).toContain('无法取得历史工单');
    await site.open();
    const found = await nextEvent(page, 'case-match', () =>
      page.locator('case-matcher [part~=retry]').click(),
    );
    expect(found).toMatchObject({ ticketId: queue[2]?.id, ranked: 50, rankedByModel: true });
    expect(found['keptAt']).toBeUndefined();
  });
});
