import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitSentences } from '../../src/sentences.ts';

const split = (text: string) => splitSentences(text).map(({ start, end }) => text.slice(start, end));

describe('splitSentences', () => {
  it('ends a sentence with its marks and what closes after them', () => {
    expect(split('电梯坏了。没人修！！怎么办？“快修。”谢谢\n再见')).toEqual([
      '电梯坏了。',
      '没人修！！',
      '怎么办？',
      '“快修。”',
      '谢谢\n',
      '再见',
    ]);
    expect(split('The lift is stuck. Nobody came; why? Mr. Li (no.) left')).toEqual([
      'The lift is stuck.',
      ' Nobody came;',
      ' why?',
      ' Mr.',
      ' Li (no.)',
      ' left',
    ]);
  });

  it('does not end one inside a number or a name', () => {
    expect(split('多收3.5元.网址gov.cn打不开')).toEqual(['多收3.5元.', '网址gov.cn打不开']);
    expect(split('.5元')).toEqual(['.5元']);
  });

  it('takes a text without marks as one sentence, however long, and an empty one as none', () => {
    expect(splitSentences('字'.repeat(2_000_000))).toEqual([{ start: 0, end: 2_000_000 }]);
    expect(splitSentences('1.'.repeat(500_000))).toHaveLength(1);
    expect(splitSentences('')).toEqual([]);
  });

  it('leaves no gap and loses nothing', () => {
    const piece = fc.constantFrom(
      '电梯',
      '。',
      '.',
      '3',
      'a',
      '”',
      ')',
      '\n',
      ' ',
      '，',
      '😀',
      '\ud800',
      '!',
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const text = pieces.join('');
        expect(split(text).join('')).toBe(text);
        expect(split(text)).not.toContain('');
      }),
    );
  });
});
