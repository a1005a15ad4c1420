import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Leaders } from '../../src/reranker/leaders.ts';

const OPTIONS = { settle: 3, caution: 2 };

/** Reads the pending ones until none is left; the indices in the order read. */
function follow(leaders: Leaders, full: readonly number[]): number[] {
  const read: number[] = [];
  for (let [next] = leaders.pending(); next !== undefined; [next] = leaders.pending()) {
    leaders.addFull(full[next] as number);
    read.push(next);
  }
  return read;
}

function leadersOf(passages: readonly number[], options = OPTIONS): Leaders {
  const leaders = new Leaders(options);
  for (const [index, logit] of passages.entries()) leaders.addPassage(index, logit);
  return leaders;
}

const logits = (count: number) => Array.from({ length: count }, (_, i) => 5 - i);

describe('leaders', () => {
  it('are the six best, best first, where passages are right', () => {
    const full = logits(30).reverse();
    expect(follow(leadersOf(full), full)).toEqual([29, 28, 27, 26, 25, 24]);
  });

  it('are twice as many as are to be settled', () => {
    const full = logits(30);
    expect(follow(leadersOf(full, { settle: 5, caution: 2 }), full)).toHaveLength(10);
  });

  it('are more where passages were wrong, as far as a passage could be wrong again', () => {
    const passages = logits(30);
    const full = passages.map((logit, i) => logit + (i % 2 ? 2 : -2));
    // Of the first six full logits 3, 6, 1, 4, −1, 2 the third best is 3; the margin is 2 · 2.
    const read = follow(leadersOf(passages), full);
    expect(read).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it('are no more where all passages promise too much, or too little, alike', () => {
    const passages = logits(30);
    for (const bias of [-4, 4]) {
      const full = passages.map((logit, i) => 0.8 * logit + bias + (i % 2 ? 0.2 : -0.2));
      expect(follow(leadersOf(passages), full), String(bias)).toEqual([0, 1, 2, 3, 4, 5]);
    }
  });

  it('are all where passages say nothing, even those that seem far off', () => {
    const passages = Array.from({ length: 20 }, (_, i) => -i);
    const full = passages.map((_, i) => (i * 7) % 20);
    expect(follow(leadersOf(passages, { settle: 3, caution: 3 }), full)).toHaveLength(20);
    expect(follow(leadersOf(passages, { settle: 3, caution: 0 }), full)).toHaveLength(6);
  });

  it('are fewer where texts that were read whole lead already', () => {
    const leaders = leadersOf(logits(20));
    for (const logit of [90, 91, 92]) leaders.addWhole(logit);
    expect(leaders.certain).toBe(6);
    expect(follow(leaders, logits(20))).toHaveLength(6);
  });

  it('are none where every text was read whole', () => {
    const leaders = new Leaders(OPTIONS);
    for (const logit of logits(20)) leaders.addWhole(logit);
    expect(leaders.pending()).toEqual([]);
  });

  it('are read once each, the best by passage first, whatever their logits', () => {
    const pairs = fc.array(fc.tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: -50, max: 50 })), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(pairs, fc.integer({ min: 1, max: 5 }), fc.nat(4), (logits, settle, caution) => {
        const passages = logits.map(([passage]) => passage);
        const leaders = leadersOf(passages, { settle, caution });
        const read = follow(
          leaders,
          logits.map(([, logit]) => logit),
        );
        expect(read.length).toBeGreaterThanOrEqual(Math.min(2 * settle, logits.length));
        const best = passages
          .map((_, i) => i)
          .sort((a, b) => (passages[b] ?? 0) - (passages[a] ?? 0) || a - b);
        expect(read).toEqual(best.slice(0, read.length));
      }),
    );
  });

  it('hold the best, where full logits lie on any rising line over those of passages', () => {
    const passages = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 40 });
    const slope = fc.double({ min: 0.1, max: 3, noNaN: true });
    const settled = fc.integer({ min: 1, max: 5 });
    fc.assert(
      fc.property(passages, slope, fc.integer({ min: -9, max: 9 }), settled, (logits, rise, bias, settle) => {
        const full = logits.map((logit) => rise * logit + bias);
        const read = follow(leadersOf(logits, { settle, caution: 3 }), full);
        const bestOf = (all: readonly number[]) => [...all].sort((a, b) => b - a).slice(0, settle);
        expect(bestOf(read.map((i) => full[i] as number))).toEqual(bestOf(full));
      }),
    );
  });
});
