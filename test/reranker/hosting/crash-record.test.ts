import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CrashRecord } from '../../../src/reranker/hosting/crash-record.ts';
import type { LoadProgress } from '../../../src/reranker/types.ts';

const progress = (phase: LoadProgress['phase'], loaded = 0, from?: LoadProgress['from']): LoadProgress => ({
  phase,
  loaded,
  fetched: 0,
  total: 9,
  bytesPerSecond: undefined,
  secondsLeft: undefined,
  from,
});

const kept = new Map<string, string>();
const storage = {
  getItem: (key: string) => kept.get(key) ?? null,
  setItem: (key: string, value: string) => void kept.set(key, value),
};

beforeEach(() => {
  kept.clear();
  vi.stubGlobal('localStorage', storage);
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const open = () => new CrashRecord('engine', true);

/** A load that is never heard of again after it has come so far. */
function die(...seen: readonly LoadProgress[]): void {
  const record = open();
  for (const one of seen) record.loading('gpu', one);
}

describe('the record of crashes', () => {
  it.each<[string, LoadProgress[]]>([
    ['the runtime starts', [progress('runtime')]],
    ['it is being tested', [progress('runtime'), progress('self-test')]],
    ['what is stored is being read', [progress('download', 3, 'store')]],
  ])('bars a step after two loads that died while %s, and no other step', (_, seen) => {
    die(...seen);
    expect(open().isBarred('gpu')).toBe(false);
    die(...seen);
    expect(open().isBarred('gpu')).toBe(true);
    expect(open().isBarred('cpu')).toBe(false);
    expect(new CrashRecord('engine of another build', true).isBarred('gpu')).toBe(false);
  });

  it.each<[string, LoadProgress[]]>([
    ['nothing had begun', [progress('manifest'), progress('download')]],
    ['the rest was asked for', [progress('download', 3, 'network')]],
    ['another tab downloaded', [progress('download', 3, 'other-tab')]],
  ])('does not count a load that broke off while %s', (_, seen) => {
    for (let i = 0; i < 5; i++) die(...seen);
    expect(open().isBarred('gpu')).toBe(false);
  });

  it('begins anew after a load that succeeded, or ended in some other way', () => {
    die(progress('runtime'));
    open().loading('gpu', progress('ready'));
    die(progress('runtime'));
    expect(open().isBarred('gpu')).toBe(false);
    const record = open();
    record.loading('gpu', progress('runtime'));
    record.settled('gpu');
    expect(open().isBarred('gpu')).toBe(false);
  });

  it('bars a step that failed at work twice, though it loads', () => {
    const record = open();
    record.lost('gpu');
    record.loading('gpu', progress('runtime'));
    record.loading('gpu', progress('ready'));
    expect(record.isBarred('gpu')).toBe(false);
    record.lost('gpu');
    expect(open().isBarred('gpu')).toBe(true);
  });

  it('is forgotten after a day, or when told to', () => {
    vi.useFakeTimers();
    for (let i = 0; i < 2; i++) die(progress('runtime'));
    open().forget();
    expect(open().isBarred('gpu')).toBe(false);
    for (let i = 0; i < 2; i++) die(progress('runtime'));
    expect(open().isBarred('gpu')).toBe(true);
    vi.advanceTimersByTime(25 * 3600 * 1000);
    expect(open().isBarred('gpu')).toBe(false);
  });

  it.each(['null', '{"a":1}', '[[1]]', '[["engine gpu",null]]', 'not JSON'])(
    'reads %s as nothing',
    (text) => {
      kept.set('case-matcher-crashes', text);
      die(progress('runtime'));
      expect(open().isBarred('gpu')).toBe(false);
    },
  );

  it('remembers nothing where storage is forbidden or full', () => {
    const refuse = (): never => {
      throw new DOMException('no', 'SecurityError');
    };
    vi.stubGlobal('localStorage', { getItem: refuse, setItem: refuse });
    for (let i = 0; i < 3; i++) die(progress('runtime'));
    expect(open().isBarred('gpu')).toBe(false);
    vi.stubGlobal('localStorage', undefined);
    expect(open().isBarred('gpu')).toBe(false);
  });
});
