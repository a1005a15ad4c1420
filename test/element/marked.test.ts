import { describe, expect, it } from 'vitest';
import { type Marks, marksFrom, pieces } from '../../src/element/view/marked.ts';

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
