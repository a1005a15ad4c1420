import { describe, expect, it } from 'vitest';
import { ThreadChoice } from '../../../src/reranker/int8/thread-choice.ts';

/** Runs layers that take `time(threads)` each, and returns what was used for each. */
function run(
  choice: ThreadChoice,
  layers: number,
  time: (threads: number, layer: number) => number,
): number[] {
  return Array.from({ length: layers }, (_, layer) => {
    const threads = choice.next(64);
    choice.measured(threads, { rows: 64, milliseconds: time(threads, layer) });
    return threads;
  });
}

describe('ThreadChoice', () => {
  it('tries 1, 2, 4 … and all by turns, and takes the fastest', () => {
    const choice = new ThreadChoice(6);
    const used = run(choice, 13, (threads) => 100 / threads);
    expect(used.slice(0, 12)).toEqual([1, 2, 4, 6, 1, 2, 4, 6, 1, 2, 4, 6]);
    expect(used[12]).toBe(6);
    expect(choice.chosen).toBe(6);
  });

  it('leaves threads to other programs when they gain too little', () => {
    const choice = new ThreadChoice(8);
    run(choice, 20, (threads) => (threads <= 4 ? 100 / threads : 24));
    expect(choice.chosen).toBe(4);
  });

  it('is not misled by a layer that something else held up', () => {
    const choice = new ThreadChoice(2);
    run(choice, 10, (threads, layer) => (layer === 1 ? 1000 : 100 / threads));
    expect(choice.chosen).toBe(2);
  });

  it('looks again after a while, and follows a machine that became busy', () => {
    const choice = new ThreadChoice(4);
    run(choice, 500, (threads) => 100 / threads);
    expect(choice.chosen).toBe(4);
    const used = run(choice, 1500, (threads) => (threads === 4 ? 300 : 100 / threads));
    expect(used).toContain(1);
    expect(choice.chosen).toBe(2);
  });

  it('compares by row, and tries nothing on runs too small to tell', () => {
    const choice = new ThreadChoice(2);
    expect(choice.next(1)).toBe(2);
    choice.measured(2, { rows: 1, milliseconds: 1 });
    expect(choice.next(10)).toBe(1);
    for (const rows of [10, 100, 30, 50, 20, 80]) {
      const threads = choice.next(rows);
      choice.measured(threads, { rows, milliseconds: rows / threads });
    }
    expect(choice.chosen).toBe(2);
  });

  it('has nothing to measure with one thread', () => {
    const choice = new ThreadChoice(1);
    expect(run(choice, 5, () => 1)).toEqual([1, 1, 1, 1, 1]);
  });
});
