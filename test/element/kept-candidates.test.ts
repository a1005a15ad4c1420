import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { clearKeptCandidates } from '../../src/element/index.ts';
import { CaseMatcherError } from '../../src/errors.ts';
import { KEPT_DAYS, KEPT_LISTS } from '../../src/tickets/kept-source.ts';
import type { Ticket } from '../../src/tickets/ticket.ts';
import { archive, cards, listed, matched, once, one, onScreen, panel, until, words } from './panel.ts';
import { promptRanker } from './staged-ranker.ts';

const DATABASE = 'case-matcher-candidates';
const unreachable = new CaseMatcherError('network', { url: '/api' });

/** A ticket system that answers, until it does not. */
class TicketSystem {
  failure: unknown;
  tickets: readonly Ticket[] = archive(4);
  find = async (): Promise<Ticket[]> => {
    if (this.failure !== undefined) throw this.failure;
    return [...this.tickets];
  };
}

/** All that is stored, as text. */
async function stored(): Promise<Map<string, string>> {
  const known = await indexedDB.databases();
  if (!known.some(({ name }) => name === DATABASE)) return new Map();
  const open = indexedDB.open(DATABASE);
  await new Promise((resolve) => open.addEventListener('success', resolve));
  const store = open.result.transaction('keyval').objectStore('keyval');
  const [keys, values] = [store.getAllKeys(), store.getAll()];
  await new Promise((resolve) => store.transaction.addEventListener('complete', resolve));
  open.result.close();
  return new Map(keys.result.map((key, index) => [String(key), JSON.stringify(values.result[index])]));
}

const lists = async (): Promise<number> =>
  [...(await stored()).keys()].filter((key) => key !== 'index').length;

/** An element that has found and kept the candidates of the ticket on screen. */
async function kept(system: TicketSystem, ticket = onScreen) {
  const before = await lists();
  const properties = { source: system, keepCandidates: true, ranker: promptRanker };
  const element = await panel({ ...properties, ticket });
  await matched(element);
  await expect.poll(lists).toBeGreaterThan(before);
  return element;
}

async function searchAgain(system: TicketSystem, ticket = onScreen) {
  const element = await panel({ source: system, keepCandidates: true, ranker: promptRanker });
  const ended = Promise.race([once(element, 'case-match'), once(element, 'case-error')]);
  element.ticket = ticket;
  await ended;
  await until(() => expect(words(element, '[part=progress-text]')).not.toContain('正在'));
  return element;
}

beforeEach(clearKeptCandidates);
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('the candidates fetched last', () => {
  it('are not kept unless the host asks for it', async () => {
    const system = new TicketSystem();
    const element = await panel({ source: system, ranker: promptRanker, ticket: onScreen });
    await matched(element);
    system.failure = unreachable;
    const failed = once(element, 'case-error');
    element.ticket = { ...onScreen, id: 'again' };
    expect((await failed).detail.code).toBe('network');
    await element.updateComplete;
    expect(words(element, '[part=notice]')).toContain('无法取得历史工单');
    expect(await lists()).toBe(0);
  });

  it('are ranked where the source cannot be reached, and the panel and the events say of when they are', async () => {
    const system = new TicketSystem();
    vi.useFakeTimers({ toFake: ['Date'], now: new Date(2024, 4, 21, 9, 5) });
    await kept(system);
    vi.setSystemTime(new Date(2024, 4, 22, 18, 0));
    system.failure = unreachable;
    const element = await panel({ source: system, keepCandidates: true, ranker: promptRanker });
    const failed = once(element, 'case-error');
    element.ticket = onScreen;
    const { detail } = await matched(element);
    expect((await failed).detail).toMatchObject({ code: 'network', error: unreachable });
    expect(detail).toMatchObject({ ranked: 4, rankedByModel: true });
    expect(new Date(detail.keptAt ?? '')).toEqual(new Date(2024, 4, 21, 9, 5));
    expect(cards(element)).toEqual(['历史1', '历史2', '历史3']);
    expect(words(element, '[part=notice]')).toContain(
      '暂时连不上工单系统 以下为本机保存的历史工单，取自 5月21日 09:05。',
    );
    expect(words(element, '[part=status]')).toMatch(/^暂时连不上工单系统：找到 \d 条/);
    element.lang = 'en';
    await element.updateComplete;
    expect(words(element, '[part=notice]')).toMatch(/cannot be reached .* on May 21 at 09:05 AM/);
    system.failure = undefined;
    system.tickets = archive(5).slice(4);
    const again = matched(element);
    one(element, '[part=retry]').click();
    expect((await again).detail.keptAt).toBeUndefined();
    expect(cards(element)).toEqual(['历史5']);
    expect(words(element, '[part=notice]')).toBe('');
  });

  it.each([
    ['no answer in time', new CaseMatcherError('timeout', { url: '/api', seconds: 20 }), true],
    ['a server error', new CaseMatcherError('http', { url: '/api', status: 503 }), true],
    ['what fetch itself rejects with', new TypeError('Failed to fetch'), true],
    ['a log-in that has run out', new CaseMatcherError('http', { url: '/api', status: 401 }), false],
    ['a right taken away', new CaseMatcherError('http', { url: '/api', status: 403 }), false],
    ['a login page', new CaseMatcherError('invalid-response', { url: '/api', reason: 'login' }), false],
    ['an error of the host', new Error('x'), false],
  ])('stand in for %s: %s', async (_, failure, standIn) => {
    const system = new TicketSystem();
    await kept(system);
    system.failure = failure;
    const element = await searchAgain(system);
    expect(cards(element)).toHaveLength(standIn ? 3 : 0);
    expect(words(element, '[part=notice]').includes('本机保存')).toBe(standIn);
  });

  it('are those of the same text and category, and none else', async () => {
    const system = new TicketSystem();
    await kept(system, { ...onScreen, category: ['电梯'] });
    system.failure = unreachable;
    for (const other of [onScreen, { ...onScreen, category: ['电梯'], text: `${onScreen.text}！` }]) {
      expect(cards(await searchAgain(system, other))).toEqual([]);
    }
    const same = await searchAgain(system, { ...onScreen, id: 'HIS2', category: ['电梯'] });
    expect(cards(same)).toEqual(['历史1', '历史3', '历史4']);
    const element = await panel({ api: '/none-such', keepCandidates: true, ranker: promptRanker });
    const failed = once(element, 'case-error');
    element.ticket = { ...onScreen, category: ['电梯'] };
    await failed;
    expect(listed(element)).toEqual([]);
  });

  it('hold nothing of the ticket that they were found for', async () => {
    await kept(new TicketSystem());
    const text = [...(await stored())].flat().join('\n');
    expect(text).toContain('历史4');
    for (const piece of [onScreen.id, onScreen.title as string, onScreen.text.slice(0, 8)]) {
      expect(text).not.toContain(piece);
    }
  });

  it(`are at most ${KEPT_LISTS} lists, the oldest going first, and at most ${KEPT_DAYS} days old`, async () => {
    const system = new TicketSystem();
    const days = (count: number) => new Date(Date.UTC(2024, 4, 21) + count * 24 * 60 * 60 * 1000);
    vi.useFakeTimers({ toFake: ['Date'], now: days(0) });
    const element = await kept(system);
    vi.setSystemTime(days(1));
    for (let index = 1; index < KEPT_LISTS + 1; index++) {
      // Each a ticket of its own: the same one in other words would be a draft, whose pauses are waited for.
      element.ticket = { id: String(index), text: `第 ${index} 张` };
      await matched(element);
      await expect.poll(lists).toBe(Math.min(KEPT_LISTS, index + 1));
    }
    await expect.poll(async () => (await stored()).get('index')).toContain(String(days(1).getTime()));
    system.failure = unreachable;
    expect(cards(await searchAgain(system))).toEqual([]);
    expect(cards(await searchAgain(system, { id: '', text: '第 1 张' }))).toHaveLength(3);
    vi.setSystemTime(days(KEPT_DAYS + 2));
    expect(cards(await searchAgain(system, { id: '', text: '第 1 张' }))).toEqual([]);
    system.failure = undefined;
    element.ticket = onScreen;
    await matched(element);
    await expect.poll(lists).toBe(1);
  });

  it('are forgotten by clearKeptCandidates', async () => {
    const system = new TicketSystem();
    await kept(system);
    await clearKeptCandidates();
    expect((await stored()).size).toBe(0);
    system.failure = unreachable;
    expect(cards(await searchAgain(system))).toEqual([]);
  });

  it('are not missed where the browser’s storage fails: the search is as it is without', async () => {
    const system = new TicketSystem();
    await kept(system);
    vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(() => {
      throw new DOMException('closing', 'InvalidStateError');
    });
    expect(cards(await searchAgain(system, { id: '', text: '另一张' }))).toHaveLength(3);
    system.failure = unreachable;
    const element = await searchAgain(system);
    expect(words(element, '[part=notice]')).toContain('无法取得历史工单');
  });
});
