import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { terms } from '../../src/terms.ts';
import { bm25 } from '../../src/tickets/index.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(fc.constantFrom('电梯', '停运', '噪声', '扰民', 'wifi', '，', ' '), { maxLength: 12 })
    .map((a) => a.join('')),
);

describe('terms', () => {
  it('are pairs of Chinese characters and words of other scripts, folded, without punctuation', () => {
    const expected = ['电梯', '梯停', '停运', '3', '天', 'wifi', '坏𠀀', '𠀀𠀁'];
    expect(terms('电梯停运　３天, ＷｉＦｉ坏𠀀𠀁！')).toEqual(expected);
  });

  it('are never empty, for any text', () => {
    fc.assert(fc.property(text, (any) => terms(any).every((term) => term.trim() !== '')));
  });
});

describe('BM25', () => {
  it('computes the textbook formula', () => {
    const index = bm25(['red red blue', 'blue', 'green']);
    const idf = (n: number) => Math.log(1 + (3 - n + 0.5) / (n + 0.5));
    const weight = (count: number, length: number) =>
      (count * 2.2) / (count + 1.2 * (0.25 + (0.75 * length) / (5 / 3)));
    const [first, second, third] = index.score('red blue');
    expect(first).toBeCloseTo(idf(1) * weight(2, 3) + idf(2) * weight(1, 3), 12);
    expect(second).toBeCloseTo(idf(2) * weight(1, 1), 12);
    expect(third).toBe(0);
  });

  it('puts the ticket about the same matter first', () => {
    const past = ['路灯不亮，晚上很黑', '小区电梯停运，老人下不了楼', '楼下餐馆油烟扰民', '电梯里有广告噪声'];
    expect(bm25(past).rank('我家电梯坏了停运三天')[0]).toBe(1);
  });

  it('leaves equals in the given order, and ranks nothing in nothing', () => {
    expect(bm25(['a', 'b', 'c']).rank('z')).toEqual([0, 1, 2]);
    expect(bm25(['', 'b', '']).rank('b')).toEqual([1, 0, 2]);
    expect(bm25([]).rank('z')).toEqual([]);
    expect(Array.from(bm25(['', '']).score('z'))).toEqual([0, 0]);
  });

  it('scores finite and never negative, ranks every document once by score, the same each time', () => {
    fc.assert(
      fc.property(fc.array(text, { maxLength: 8 }), text, (documents, query) => {
        const index = bm25(documents);
        const scores = Array.from(index.score(query));
        expect(scores.every((score) => Number.isFinite(score) && score >= 0)).toBe(true);
        const ranked = index.rank(query);
        expect([...ranked].sort((a, b) => a - b)).toEqual(scores.map((_, i) => i));
        for (let i = 1; i < ranked.length; i++) {
          expect(scores[ranked[i - 1] ?? -1]).toBeGreaterThanOrEqual(scores[ranked[i] ?? -1] ?? Number.NaN);
        }
        expect(bm25(documents).rank(query)).toEqual(ranked);
      }),
    );
  });

  it('finds words named like properties of objects', () => {
    expect(bm25(['x', 'constructor __proto__ tostring']).rank('constructor')).toEqual([1, 0]);
  });
});
