import { describe, expect, it } from 'vitest';
import { Prefixes } from '../../src/reranker/prefixes.ts';
import { ScriptedScorer } from './scripted-scorer.ts';

const ids = (...values: number[]): Int32Array => Int32Array.from(values);
const CONSTANT = ids(7, 8);
const { signal } = new AbortController();

describe('prefixes', () => {
  it('compute a query once, and what all queries begin with once for all', async () => {
    const scorer = new ScriptedScorer();
    const prefixes = new Prefixes(scorer);
    const first = await prefixes.get({ ids: ids(7, 8, 1), constant: CONSTANT, signal });
    expect(await prefixes.get({ ids: ids(7, 8, 1), constant: CONSTANT, signal })).toBe(first);
    await prefixes.get({ ids: ids(7, 8, 2, 3), constant: CONSTANT, signal });
    expect(scorer.prefills).toEqual([
      { ids: [7, 8], after: [] },
      { ids: [1], after: [7, 8] },
      { ids: [2, 3], after: [7, 8] },
    ]);
  });

  it('hold two at most, whatever is asked for', async () => {
    const scorer = new ScriptedScorer();
    const prefixes = new Prefixes(scorer);
    for (let i = 0; i < 20; i++) {
      const constant = ids(7, i % 3);
      await prefixes.get({ ids: ids(7, i % 3, i), constant, signal });
      expect(scorer.held.size).toBeLessThanOrEqual(2);
    }
  });

  it.each([
    ['does not begin with the constant part', ids(7, 9, 1), CONSTANT],
    ['is the constant part itself', ids(7, 8), CONSTANT],
    ['has none', ids(7, 8, 1), ids()],
  ])('compute a query whole that %s', async (_, query, constant) => {
    const scorer = new ScriptedScorer();
    await new Prefixes(scorer).get({ ids: query, constant, signal });
    expect(scorer.prefills).toEqual([{ ids: [...query], after: [] }]);
  });

  it('hold nothing half done when aborted, and the next call succeeds', async () => {
    const scorer = new ScriptedScorer();
    const prefixes = new Prefixes(scorer);
    await prefixes.get({ ids: ids(7, 8, 1), constant: CONSTANT, signal });
    const aborted = AbortSignal.abort();
    await expect(prefixes.get({ ids: ids(7, 8, 2), constant: CONSTANT, signal: aborted })).rejects.toThrow();
    expect(scorer.held.size).toBe(1);
    expect((await prefixes.get({ ids: ids(7, 8, 1), constant: CONSTANT, signal })).length).toBe(3);
  });
});
