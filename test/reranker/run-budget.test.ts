import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RunBudget } from '../../src/reranker/run-budget.ts';

/** A GPU that takes so long for a run and so long for a token. */
function runOn(
  gpu: { run: number; token: number },
  runs: number,
): { tokens: number; milliseconds: number }[] {
  const budget = new RunBudget();
  return Array.from({ length: runs }, () => {
    const tokens = budget.tokensAfter(0);
    const milliseconds = gpu.run + gpu.token * tokens;
    budget.record(tokens, milliseconds);
    return { tokens, milliseconds };
  });
}

describe('the tokens of a run', () => {
  it('start few and grow to what a GPU does in 0.3 s', () => {
    expect(runOn({ run: 10, token: 0.1 }, 5).map(({ tokens }) => tokens)).toEqual([64, 128, 256, 512, 512]);
    const weak = runOn({ run: 20, token: 1 }, 20);
    expect(weak[0]?.tokens).toBe(64);
    expect(weak[19]).toEqual({ tokens: 272, milliseconds: 292 });
  });

  it('settle below 0.3 s on any GPU that computes a tile in that time, and never jump far past it', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 50, noNaN: true }),
        fc.double({ min: 0.01, max: 15, noNaN: true }),
        (run, token) => {
          const times = runOn({ run, token }, 60).map(({ milliseconds }) => milliseconds);
          expect(times[59]).toBeLessThanOrEqual(300.001);
          // The first run is taken blindly; each later one at most doubles what was fast enough.
          expect(Math.max(...times.slice(1))).toBeLessThanOrEqual(600.001);
        },
      ),
    );
  });

  it('are one tile where even that takes long, and grow again after a single slow run', () => {
    const budget = new RunBudget();
    budget.record(64, 20_000);
    expect(budget.tokensAfter(0)).toBe(16);
    for (const _ of [1, 2, 3, 4, 5]) budget.record(budget.tokensAfter(0), 20);
    expect(budget.tokensAfter(0)).toBe(512);
  });

  it('are not lowered by a small run, whose cost is mostly its own', () => {
    const budget = new RunBudget();
    for (const tokens of [64, 128, 256]) budget.record(tokens, 60);
    expect(budget.tokensAfter(0)).toBe(512);
    budget.record(16, 30);
    expect(budget.tokensAfter(0)).toBe(512);
  });

  it('keep the attention scores within what packs say is needed', () => {
    const budget = new RunBudget();
    for (const tokens of [64, 128, 256]) budget.record(tokens, 1);
    fc.assert(
      fc.property(fc.nat(40_000), (past) => {
        const tokens = budget.tokensAfter(past);
        expect(tokens % 16).toBe(0);
        expect(tokens === 16 || tokens * (past + tokens) <= 512 * 2048).toBe(true);
      }),
    );
    expect(budget.tokensAfter(1536)).toBe(512);
    expect(budget.tokensAfter(8000)).toBe(128);
  });
});
