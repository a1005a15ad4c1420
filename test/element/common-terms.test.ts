import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commonParts } from '../../src/element/calibration/common-terms.ts';

describe('commonParts', () => {
  const marked = (text: string, other: string) =>
    commonParts(text, other)
      .map(({ text: part, common }) => (common ? `[${part}]` : part))
      .join('');

  it.each([
    ['电梯故障，经常困人', '小区电梯困人', '[电梯]故障，经常[困人]'],
    ['Ａ3 电梯', 'a3号', '[Ａ3] 电梯'],
    ['梯', '电梯', '梯'],
    ['', '电梯', ''],
  ])('of %s and %s', (text, other, expected) => {
    expect(marked(text, other)).toBe(expected);
  });

  it('loses nothing of the text', () => {
    const words = fc.string({ unit: fc.constantFrom(...'电梯困人，。 a1Ａ\n😀') });
    fc.assert(
      fc.property(words, words, (text, other) => {
        expect(
          commonParts(text, other)
            .map((part) => part.text)
            .join(''),
        ).toBe(text);
      }),
    );
  });
});
