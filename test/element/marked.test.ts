import { describe, expect, it } from 'vitest';
import { type Marks, marksFrom, pieces } from '../../src/element/view/marked.ts';
import { excerptStart } from '../../src/element/view/why.ts';

const text = '电梯昨天困人，配件还没到。';
const marks: Marks = {
  evidence: [{ start: 0, end: 7 }],
  terms: [
    { start: 0, end: 2 },
    { start: 4, end: 6 },
  ],
};
const drawn = (of: string, on: Marks) =>
  pieces(of, on).map((piece) => `${piece.evidence ? 'E' : ''}${piece.term ? 'T' : ''}:${piece.text}`);

describe('where an excerpt begins', () => {
  const long =
    '您好。家里有老人和孩子，主板和变频器据说要换。朝晖街272号凌晨两点电梯经常卡顿还困过人，请尽快核查处理，谢谢。';
  const evidence = { start: long.indexOf('朝晖'), end: long.length };

  it.each([
    ['at the beginning without evidence', long, undefined, 0],
    ['at the beginning where the evidence is seen from there', long, { start: 3, end: 20 }, 0],
    [
      'at a clause before evidence near the end, so that no line stays empty',
      long,
      evidence,
      long.indexOf('主板'),
    ],
    ['with evidence in the middle of a long text', long + long, evidence, evidence.start],
  ])('%s', (_, whole, range, expected) => {
    expect(excerptStart(whole, range)).toBe(expected);
  });
});

describe('a text with marks', () => {
  it('is cut where marks begin and end, and loses nothing', () => {
    expect(drawn(text, marks)).toEqual(['ET:电梯', 'E:昨天', 'ET:困人', 'E:，', ':配件还没到。']);
  });

  it('may be a part of the whole', () => {
    expect(drawn(text.slice(4), marksFrom(marks, 4))).toEqual(['ET:困人', 'E:，', ':配件还没到。']);
  });

  it.each([
    ['none', { evidence: [], terms: [] }, [`:${text}`]],
    ['outside', { evidence: [{ start: 50, end: 90 }], terms: [{ start: -5, end: 0 }] }, [`:${text}`]],
    [
      'the wrong way round',
      { evidence: [], terms: [{ start: 6, end: 4 }] },
      [':电梯昨天', ':困人', ':，配件还没到。'],
    ],
    [
      'longer than the text',
      { evidence: [{ start: 7, end: 99 }], terms: [] },
      [':电梯昨天困人，', 'E:配件还没到。'],
    ],
  ])('bears marks that are %s', (_, odd, expected) => {
    expect(drawn(text, odd as Marks)).toEqual(expected);
  });

  it('bears an empty text', () => {
    expect(pieces('', marks)).toEqual([]);
  });
});
