import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { extendPast, groupByBudget, NO_PAST, type Past, planRun } from '../../src/reranker/run-plan.ts';

const MASKED = -1e9;
const lists = fc.array(fc.array(fc.nat(500), { minLength: 1, maxLength: 6 }), {
  minLength: 1,
  maxLength: 5,
});
const tiles = fc.constantFrom(1, 4, 16);
/** Pasts as runs leave them behind: of several pieces, each padded. */
const pasts = fc
  .tuple(fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 3 }), tiles)
  .map(([pieces, tile]) => pieces.reduce((past: Past, tokens) => extendPast(past, tokens, tile), NO_PAST));
const segmentsOf = (ids: number[][]) => ids.map((list) => Int32Array.from(list));

describe('planRun', () => {
  it('lets a token see the tokens of the past and its own segment up to itself, and nothing else', () => {
    fc.assert(
      fc.property(lists, pasts, tiles, (ids, past, tile) => {
        const run = planRun(segmentsOf(ids), past, tile);
        const owner = ids.flatMap((list, segment) => list.map(() => segment));
        const pastRows = past.bias.length;
        const width = pastRows + run.positions.length;
        expect(run.bias).toHaveLength(run.positions.length * width);
        owner.forEach((mine, row) => {
          for (let column = 0; column < width; column++) {
            const j = column - pastRows;
            const visible = j < 0 ? past.bias[column] === 0 : owner[j] === mine && j <= row;
            expect(run.bias[row * width + column]).toBe(visible ? 0 : MASKED);
          }
        });
      }),
    );
  });

  it('pads rows and reads to the tile, never masks all that a row could see, and reads each segment’s end', () => {
    fc.assert(
      fc.property(lists, pasts, tiles, (ids, past, tile) => {
        const { positions, bias, read } = planRun(segmentsOf(ids), past, tile);
        const tokens = ids.flat().length;
        expect(positions.length % tile).toBe(0);
        expect(positions.length - tokens).toBeLessThan(tile);
        expect(read.length % tile).toBe(0);
        expect(read.length - ids.length).toBeLessThan(tile);
        const ends = ids.map((_, i) => BigInt(ids.slice(0, i + 1).flat().length - 1));
        expect([...read].slice(0, ids.length)).toEqual(ends);
        expect([...read].every((row) => row < BigInt(tokens))).toBe(true);
        const width = past.bias.length + positions.length;
        positions.forEach((_, row) => {
          expect(bias.subarray(row * width, (row + 1) * width)).toContain(0);
        });
      }),
    );
  });

  it('restarts positions after the tokens of the past, whatever it was padded with', () => {
    const run = planRun([Int32Array.of(5, 6, 7), Int32Array.of(8, 9)], extendPast(NO_PAST, 10, 16), 4);
    expect([...run.ids]).toEqual([5, 6, 7, 8, 9]);
    expect([...run.positions]).toEqual([10n, 11n, 12n, 10n, 11n, 0n, 0n, 0n]);
    expect([...run.read]).toEqual([2n, 4n, 4n, 4n]);
  });
});

describe('extendPast', () => {
  it('hides what the runs before were padded with', () => {
    const past = extendPast(extendPast(NO_PAST, 3, 4), 5, 4);
    expect(past.length).toBe(8);
    expect([...past.bias]).toEqual([0, 0, 0, MASKED, 0, 0, 0, 0, 0, MASKED, MASKED, MASKED]);
  });
});

describe('groupByBudget', () => {
  it('keeps order, loses nothing, and exceeds the budget only for a single long segment', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 60 })), fc.nat(100), (lengths, budget) => {
        const groups = [...groupByBudget(lengths, () => budget)];
        expect(groups.flat()).toEqual(lengths.map((_, i) => i));
        for (const group of groups) {
          const tokens = group.reduce((sum, i) => sum + (lengths[i] ?? 0), 0);
          expect(group.length === 1 || tokens <= budget).toBe(true);
        }
      }),
    );
  });

  it('asks for the budget anew before each group', () => {
    const budgets = [10, 40];
    const groups = [...groupByBudget([10, 10, 10, 10], () => budgets.shift() ?? 0)];
    expect(groups).toEqual([[0], [1, 2, 3]]);
  });
});
