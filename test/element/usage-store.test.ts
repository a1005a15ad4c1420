import { clear, createStore, keys, set } from 'idb-keyval';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { cdp } from 'vitest/browser';
import { UsageStore } from '../../src/element/usage-store.ts';
import { type UsageAct, usageRecord } from '../../src/matching/index.ts';

const stored = createStore('case-matcher-usage', 'days');
const record = (act: UsageAct, day: number) =>
  usageRecord(act, { ticketId: 'T1', at: new Date(2026, 10, day, 12) });

beforeEach(() => clear(stored));

describe('the usage store', () => {
  it('keeps what was done, oldest day first, and gives it to another tab', async () => {
    const store = new UsageStore();
    await store.add(record('shown', 25));
    await store.add(record('shown', 24));
    await store.add(record('adopted', 25));
    const expected = [record('shown', 24), record('shown', 25), record('adopted', 25)];
    expect(await new UsageStore().records()).toEqual(expected);
  });

  it('loses nothing that is added at the same time', async () => {
    const [one, other] = [new UsageStore(), new UsageStore()];
    const added = Array.from({ length: 20 }, (_, index) =>
      (index % 2 ? one : other).add(record('opened', 25)),
    );
    expect(await Promise.all(added)).toEqual(Array(20).fill(true));
    expect(await one.records()).toHaveLength(20);
  });

  it('drops days that are too old', async () => {
    const store = new UsageStore({ days: 3 });
    for (const day of [22, 23, 24]) await store.add(record('shown', day));
    await store.add(record('shown', 25));
    expect(await keys(stored)).toEqual(['2026-11-23', '2026-11-24', '2026-11-25']);
  });

  it('keeps no more than so many acts of a day', async () => {
    await set('2026-11-25', Array(5000).fill(record('shown', 25)), stored);
    const store = new UsageStore();
    expect(await store.add(record('shown', 25))).toBe(false);
    expect(await store.add(record('shown', 26))).toBe(true);
  });

  it('reads past what is none of its own', async () => {
    await set('2026-11-24', { text: '诉求' }, stored);
    await set('2026-11-25', ['诉求', null, record('shown', 25)], stored);
    expect(await new UsageStore().records()).toEqual([record('shown', 25)]);
  });

  it('forgets everything at a call', async () => {
    const store = new UsageStore();
    await store.add(record('shown', 25));
    expect(await store.clear()).toBe(true);
    expect(await store.records()).toEqual([]);
  });

  it('bothers nobody where storage fails, and works again afterwards', async () => {
    const store = new UsageStore();
    const open = vi.spyOn(indexedDB, 'open').mockImplementation(() => {
      throw new DOMException('forbidden', 'SecurityError');
    });
    expect([await store.add(record('shown', 25)), await store.records(), await store.clear()]).toEqual([
      false,
      [],
      false,
    ]);
    open.mockRestore();
    expect(await store.add(record('shown', 25))).toBe(true);
  });

  it('opens its connection anew once the browser has cleared its data', async () => {
    const store = new UsageStore();
    await store.add(record('shown', 24));
    const session = cdp() as { send(method: string, parameters: object): Promise<unknown> };
    await session.send('Storage.clearDataForOrigin', { origin: location.origin, storageTypes: 'indexeddb' });
    await expect.poll(() => store.add(record('shown', 25))).toBe(true);
    expect(await store.records()).toContainEqual(record('shown', 25));
    expect(await store.records()).not.toContainEqual(record('shown', 24));
  });
});
