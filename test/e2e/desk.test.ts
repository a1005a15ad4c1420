import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Page, Route } from 'playwright-core';
import { describe, expect, inject, it } from 'vitest';
import { newPage, nextEvent, useChromium } from './browser.ts';

useChromium();
const desk = inject('deskUrl');
const DEMO = resolve(import.meta.dirname, '../../src/demo');
const queue: { id: string; text: string; kind: string; place: string }[] = JSON.parse(
  readFileSync(resolve(DEMO, 'queue.json'), 'utf8'),
);
const kinds = new Map(
  readFileSync(resolve(DEMO, 'archive.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { id: string; kind: string })
    .map(({ id, kind }) => [id, kind]),
);

const openTicket = (page: Page, id: string) => () => page.goto(`${desk}?ticket=${id}&device=wasm`);
const casesOf = (detail: Record<string, unknown>) =>
  detail['cases'] as { id: string; score: number; tier: string }[];

describe('the demo desk', () => {
  it('shows three sensible cases for each of the article’s examples', async () => {
    const { page } = await newPage();
    for (const kind of ['lift-stuck', 'kinder-injury', 'lamp-out', 'barrier-fault', 'elder-phone']) {
      const ticket = queue.find((open) => open.kind === kind) as (typeof queue)[0];
      const detail = await nextEvent(page, 'case-match', openTicket(page, ticket.id));
      expect(detail).toMatchObject({ ticketId: ticket.id, ranked: 50, rankedByModel: true });
      const shown = casesOf(detail).map(({ id }) => kinds.get(id));
      expect(shown, kind).toEqual([kind, kind, kind]);
    }
  });

  it('ranks with threads, fetches no weights on the second visit, and keeps ticket text out of URLs and console', async () => {
    const { page, context, seen } = await newPage();
    const ticket = queue[0] as (typeof queue)[0];
    await nextEvent(page, 'case-match', openTicket(page, ticket.id));
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    const weights = (urls: string[]) => urls.filter((url) => url.endsWith('.bin'));
    // Tokenizer, embeddings, weights.
    expect(weights(seen.urls).length).toBe(3);
    await page.close();

    seen.urls.length = 0;
    const again = await context.newPage();
    const detail = await nextEvent(again, 'case-match', openTicket(again, ticket.id));
    expect(detail).toMatchObject({ rankedByModel: true });
    expect(weights(seen.urls)).toEqual([]);
    const piece = ticket.text.slice(4, 10);
    for (const url of seen.urls) expect(decodeURIComponent(url)).not.toContain(piece);
    expect(seen.urls.filter((url) => !url.startsWith(desk))).toEqual([]);
    expect(seen.console).toEqual([]);
  });

  it('takes pasted text as a new ticket and opens a case, by keyboard alone', async () => {
    const { page } = await newPage();
    await nextEvent(page, 'case-match', () => page.goto(`${desk}?device=wasm`));
    const detail = await nextEvent(page, 'case-match', async () => {
      await page.focus('#paste-open');
      await page.keyboard.press('Enter');
      await page.keyboard.type('楼里的电梯又停了，老人被关在里面半个小时');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
    });
    expect(casesOf(detail).map(({ id }) => kinds.get(id))).toContain('lift-stuck');
    await page.locator('case-matcher').getByRole('button', { name: /^打开/ }).first().focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('#past-case').isVisible()).toBe(true);
    expect(await page.locator('#past-case').textContent()).toContain(casesOf(detail)[0]?.id);
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('#past-case').isVisible()).toBe(false);
  });

  it('marks in the ticket what the cases beside it say too, and nothing of the last ticket in the next', async () => {
    const { page } = await newPage();
    await nextEvent(page, 'case-match', () => page.goto(`${desk}?device=wasm`));
    const marks = () => page.locator('#report mark').allTextContents();
    await expect.poll(marks).toEqual(expect.arrayContaining(['电梯', '卡顿']));
    expect(await page.locator('#report').textContent()).toBe(queue[0]?.text);
    await nextEvent(page, 'case-match', () => page.click(`#queue [data-id="${queue[2]?.id}"]`));
    await expect.poll(marks).toContain('不亮');
    expect(await marks()).not.toContain('电梯');
  });

  it('has a whole ticket handled by keyboard alone: a case looked into, adopted, and submitted', async () => {
    const { page } = await newPage();
    await nextEvent(page, 'case-match', () => page.goto(`${desk}?device=wasm`));
    const panel = page.locator('case-matcher');
    await expect.poll(() => panel.locator('[part=insights-button]').count()).toBe(1);
    const focused = () => page.evaluate(() => document.activeElement?.id);
    await page.keyboard.press('Alt+m');
    expect(await focused()).toBe('panel');
    await page.keyboard.press('2');
    await page.keyboard.press('p');
    const told = panel.locator('.event-text');
    await expect.poll(() => told.count()).toBeGreaterThan(1);
    const reply = (await told.last().textContent()) ?? '';
    await page.keyboard.press('a');
    await expect.poll(() => page.inputValue('#opinion')).toContain(reply.trim());
    const opinion = await page.inputValue('#opinion');
    for (let tabs = 0; tabs < 30 && (await focused()) !== 'opinion'; tabs++)
      await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('End');
    await page.keyboard.type('（已核对）');
    expect(await page.inputValue('#opinion')).not.toBe(opinion);
    const next = await nextEvent(page, 'case-match', async () => {
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
    });
    expect(next['ticketId']).toBe(queue[1]?.id);
  });

  it('notes in the ticket which cases are proposed as one issue', async () => {
    const { page } = await newPage();
    const ticket = queue[0] as (typeof queue)[0];
    const createdAt = new Date().toISOString().slice(0, 10);
    await page.route('**/api/tickets/search*', async (route) => {
      const response = await route.fetch();
      const { tickets }: { tickets: object[] } = await response.json();
      const atOnePlace = tickets.map((past) => ({ ...past, place: ticket.place, createdAt }));
      await route.fulfill({ response, json: { tickets: atOnePlace } });
    });
    await nextEvent(page, 'case-match', openTicket(page, ticket.id));
    const panel = page.locator('case-matcher');
    await panel.locator('.figure.notable').click();
    const button = panel.locator('[part~=propose]');
    const detail = await nextEvent(page, 'case-cluster', () => button.press('Enter'));
    expect(detail).toMatchObject({ ticketId: ticket.id, days: 7, ofTicket: true });
    const ids = detail['ids'] as string[];
    expect(ids).toHaveLength(await panel.locator('.line-title').count());
    expect(ids.length).toBeGreaterThanOrEqual(3);
    await expect.poll(() => button.textContent()).toContain('已提请并案');
    expect(await page.inputValue('#opinion')).toBe(`拟与以下工单并案办理：${ids.join('、')}`);
  });

  it('goes with the agent from ticket to ticket and shows only the last', async () => {
    const { page } = await newPage();
    await nextEvent(page, 'case-match', () => page.goto(`${desk}?device=wasm`));
    const ids = queue.slice(1, 6).map(({ id }) => id);
    // All clicks in one go, so that no search can come to its end between them.
    const detail = await nextEvent(page, 'case-match', () =>
      page.evaluate((all) => {
        for (const id of all) document.querySelector<HTMLElement>(`#queue [data-id="${id}"]`)?.click();
      }, ids),
    );
    expect(detail['ticketId']).toBe(queue[5]?.id);
  });

  it.each([
    ['a 500', (route: Route) => route.fulfill({ status: 500 }), 'http'],
    [
      'a login page with 200',
      (route: Route) =>
        route.fulfill({ contentType: 'text/html', body: '<!doctype html><form>login</form>' }),
      'invalid-response',
    ],
    [
      'broken JSON',
      (route: Route) => route.fulfill({ contentType: 'application/json', body: '{"tickets":[' }),
      'invalid-response',
    ],
    ['no connection', (route: Route) => route.abort(), 'network'],
  ])('says in words that the ticket API answered %s, and recovers', async (_, fault, code) => {
    const { page } = await newPage();
    await page.route('**/api/tickets/search*', fault);
    const detail = await nextEvent(page, 'case-error', openTicket(page, queue[0]?.id ?? ''));
    expect(detail['code']).toBe(code);
    const notice = page.locator('case-matcher [part~=notice]');
    await expect.poll(() => notice.textContent()).toMatch(/[\u4e00-\u9fff]{4,}/);
    await page.unroute('**/api/tickets/search*');
    await nextEvent(page, 'case-match', () => page.locator('case-matcher [part~=retry]').click());
  });

  it('ranks by words, and says so, where the model is an HTML page', async () => {
    const { page } = await newPage();
    const detail = await nextEvent(page, 'case-match', () =>
      page.goto(`${desk}?ticket=${queue[0]?.id}&model=${encodeURIComponent('./index.html')}`),
    );
    expect(detail).toMatchObject({ rankedByModel: false, ranked: 50 });
    const notRanked = page.locator('case-matcher').getByText('未用模型').first();
    await expect.poll(() => notRanked.isVisible()).toBe(true);
  });

  it('says that threads crashed twice, and takes them again at a click', async () => {
    const { page } = await newPage();
    await nextEvent(page, 'case-match', () => page.goto(`${desk}?device=wasm`));
    // As two tabs leave it that died of the same step.
    await page.evaluate(() => {
      const crashes: [string, object][] = JSON.parse(localStorage['case-matcher-crashes']);
      const died = crashes.map(([step, entry]) => [step, { ...entry, died: 2 }]);
      localStorage['case-matcher-crashes'] = JSON.stringify(died);
    });
    const panel = page.locator('case-matcher');
    await nextEvent(page, 'case-match', () => page.reload());
    await expect
      .poll(() => panel.locator('[part~=footer]').textContent())
      .toContain('多线程两次崩溃，暂用单线程');
    const retry = panel.locator('[part~=retry-engine]');
    expect(await nextEvent(page, 'case-match', () => retry.click())).toMatchObject({ rankedByModel: true });
    await expect.poll(() => retry.count()).toBe(0);
    await expect.poll(() => panel.locator('[part~=footer]').textContent()).not.toContain('崩溃');
  });
});
