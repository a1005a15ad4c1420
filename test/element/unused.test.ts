import { clear, createStore, set } from 'idb-keyval';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CaseMatcherElement } from '../../src/element/index.ts';
import { localDay, type UsageAct, usageRecord } from '../../src/matching/index.ts';
import { all, archive, cards, matched, one, onScreen, panel, until, words } from './panel.ts';
import { promptRanker } from './staged-ranker.ts';

const stored = createStore('case-matcher-usage', 'days');
const NOTE = 'case-matcher-unused';

function daysAgo(days: number): Date {
  const date = new Date();
  date.setDate(date.getDate() - days);
  return date;
}

/** Twelve days on which cases were shown, the last one yesterday, and one other act, so many days ago. */
async function history(act?: UsageAct, actDaysAgo = 5, unseen = false): Promise<void> {
  for (let days = 1; days <= 12; days++) {
    const at = daysAgo(days);
    const acts: UsageAct[] = act && days === actDaysAgo ? ['shown', act] : ['shown'];
    const records = acts.map((name) => usageRecord(name, { ticketId: `T${days}`, unseen, at }));
    await set(localDay(at), records, stored);
  }
}

/** A page on which a panel shows cases, until it has noted for the next whether all this is used. */
async function visit(): Promise<void> {
  localStorage.setItem(NOTE, 'from before');
  const element = await panel({ candidates: archive(3), ranker: promptRanker });
  element.ticket = onScreen;
  await matched(element);
  await until(() => expect(localStorage.getItem(NOTE)).not.toBe('from before'));
}

/** Whether a panel on a new page asks for its model; there is none at that address. */
async function asksForModel(
  properties: Partial<CaseMatcherElement> = {},
): Promise<CaseMatcherElement | undefined> {
  const element = await panel({ model: '/packs/html-manifest/', candidates: archive(4), ...properties });
  const failed = vi.fn();
  element.addEventListener('case-error', failed);
  element.ticket = onScreen;
  const { detail } = await matched(element);
  expect(detail.rankedByModel).toBe(false);
  return failed.mock.calls.length > 0 ? undefined : element;
}

beforeEach(async () => {
  await document.createElement('case-matcher').clearUsage();
  await clear(stored);
});

afterEach(() => {
  vi.restoreAllMocks();
});

describe('a model that nobody uses', () => {
  it('is not loaded by itself: the panel says so quietly, and lists the cases all the same', async () => {
    await history();
    await visit();
    const element = await asksForModel();
    if (!element) throw new Error('the model was asked for');
    await until(() => expect(words(element, '.figures')).toBe('近三周无人使用，模型未加载 启用'));
    expect(all(element, '[part=notice]')).toEqual([]);
    expect(words(element, '[part=order]')).toBe('未用模型排序');
    expect(cards(element)).toHaveLength(3);
    element.lang = 'en';
    await until(() => expect(words(element, '[part~=turn-on]')).toBe('Turn on'));
  });

  it('is loaded at once when someone turns it on, and on the pages after', async () => {
    await history();
    await visit();
    const element = (await asksForModel()) as CaseMatcherElement;
    element.model = '/packs/sound/';
    element.device = 'wasm';
    await matched(element);
    await until(() => expect(all(element, '[part~=turn-on]')).toHaveLength(1));
    const end = matched(element);
    one(element, '[part~=turn-on]').click();
    expect((await end).detail.rankedByModel).toBe(true);
    expect(all(element, '[part~=turn-on]')).toEqual([]);
    await until(async () => expect(await element.exportUsage()).toContain('refreshed'));
    await visit();
    expect(await asksForModel()).toBeUndefined();
  });

  it('is loaded for the next ticket once someone did anything', async () => {
    await history();
    await visit();
    const element = (await asksForModel()) as CaseMatcherElement;
    one(element, '[part~=more]').click();
    const failed = vi.fn();
    element.addEventListener('case-error', failed);
    element.ticket = { id: 'GZ2', text: '路灯不亮' };
    await matched(element);
    expect(failed).toHaveBeenCalledOnce();
  });

  it.each<[string, () => Promise<void>]>([
    ['someone did anything in these weeks', () => history('expanded')],
    ['someone looked at the numbers', () => history('explored')],
    ['it has been there for some days alone', async () => {}],
    ['it was only watched with', () => history(undefined, 0, true)],
  ])('is loaded where %s', async (_, before) => {
    await before();
    await visit();
    expect(await asksForModel()).toBeUndefined();
  });

  it.each<Partial<CaseMatcherElement>>([
    { loading: 'eager' },
    { loading: 'lazy' },
    { mode: 'monitor' },
    { usage: 'off' },
  ])('is loaded with %o', async (properties) => {
    await history();
    await visit();
    expect(await asksForModel(properties)).toBeUndefined();
  });

  it('is loaded where the browser closes its storage', async () => {
    await history();
    await visit();
    vi.spyOn(Storage.prototype, 'getItem').mockImplementation(() => {
      throw new DOMException('denied', 'SecurityError');
    });
    expect(await asksForModel()).toBeUndefined();
  });

  it('is loaded after what was counted is forgotten', async () => {
    await history();
    await visit();
    await document.createElement('case-matcher').clearUsage();
    expect(await asksForModel()).toBeUndefined();
  });
});
