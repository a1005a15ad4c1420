import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupByBudget, planRun } from '../../src/reranker/run-plan.ts';

const segments = fc.array(fc.array(fc.nat(500), { minLength: 1, maxLength: 6 }), {
  minLength: 1,
  maxLength: 5,
});

describe('planRun', () => {
  it('lets a token see the past and its own segment up to itself, and nothing else', () => {
    fc.assert(
      fc.property(segments, fc.nat(7), (lists, past) => {
        const run = planRun(
          lists.map((ids) => Int32Array.from(ids)),
          past,
        );
        const owner = lists.flatMap((ids, segment) => ids.map(() => segment));
        const width = past + owner.length;
        owner.forEach((mine, row) => {
          for (let column = 0; column < width; column++) {
            const j = column - past;
            const visible = j < 0 || (owner[j] === mine && j <= row);
            expect(run.bias[row * width + column] === 0).toBe(visible);
          }
        });
      }),
    );
  });

  it('restarts positions after the past and reads each segment at its end', () => {
    const run = planRun([Int32Array.of(5, 6, 7), Int32Array.of(8, 9)], 10);
    expect([...run.ids]).toEqual([5, 6, 7, 8, 9]);
    expect([...run.positions]).toEqual([10n, 11n, 12n, 10n, 11n]);
    expect([...run.read]).toEqual([2n, 4n]);
  });
});

describe('groupByBudget', () => {
  it('keeps order, loses nothing, and exceeds the budget only for a single long segment', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 60 })), fc.nat(100), (lengths, budget) => {
        const groups = groupByBudget(lengths, budget);
        expect(groups.flat()).toEqual(lengths.map((_, i) => i));
        for (const group of groups) {
          const tokens = group.reduce((sum, i) => sum + (lengths[i] ?? 0), 0);
          expect(group.length === 1 || tokens <= budget).toBe(true);
        }
      }),
    );
  });
});
