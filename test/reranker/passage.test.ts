import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Passages } from '../../src/reranker/passage.ts';

/** A token for each character. */
const count = (text: string): number => Array.from(text).length;

function passage(
  text: string,
  options: { query?: string; tokens: number; within?: number; others?: string[] },
) {
  const { query = '电梯困人', tokens, within = 512, others = [] } = options;
  const passages = new Passages(query);
  for (const candidate of [text, ...others]) passages.add(candidate);
  return passages.of(text, { tokens, within, count });
}

describe('a passage', () => {
  const text = '关于小区的问题。物业收费太高！路灯也不亮；昨天电梯困人半小时。请尽快处理。';

  it('holds the first sentence and the one that shares the query’s terms', () => {
    expect(passage(text, { tokens: 18 })).toBe('关于小区的问题。昨天电梯困人半小时。');
  });

  it('keeps the order of the text', () => {
    const turned = '标题。电梯困人了。无关的话在这里。又说电梯停运困住了人。';
    expect(passage(turned, { query: '电梯停运 困人', tokens: 20 })).toBe(
      '标题。电梯困人了。又说电梯停运困住了人。',
    );
  });

  it('prefers terms that few candidates hold', () => {
    const common = '问题。小区电梯很旧。热水管道爆裂。';
    const others = Array.from({ length: 9 }, () => '小区电梯很旧');
    expect(passage(common, { query: '小区电梯 管道', tokens: 10, others })).toBe('问题。热水管道爆裂。');
  });

  it('cuts the sentence for which there is no room, and only that one', () => {
    expect(passage(text, { tokens: 12 })).toBe('关于小区的问题。昨天电梯');
  });

  it('cuts a text without any mark at its end', () => {
    expect(passage('一二三四五六七八九十', { tokens: 4 })).toBe('一二三四');
  });

  it('takes nothing from beyond what is read in full', () => {
    expect(passage('开头。无关紧要的一句。电梯困人。', { tokens: 30, within: 11 })).toBe(
      '开头。无关紧要的一句。',
    );
  });

  it('is never empty, never over its budget, made of the text’s own characters in their order', () => {
    const piece = fc.constantFrom(
      '电梯',
      '困人',
      '。',
      '！',
      '\n',
      ' ',
      '. ',
      'lift',
      '𠮷',
      '👨‍👩‍👧',
      '？；',
      'a'.repeat(40),
    );
    fc.assert(
      fc.property(
        fc.array(piece, { minLength: 1, maxLength: 80 }),
        fc.integer({ min: 1, max: 60 }),
        (pieces, tokens) => {
          const whole = pieces.join('');
          const part = passage(whole, { tokens });
          expect(part === '').toBe(whole.trim() === '');
          expect(count(part)).toBeLessThanOrEqual(tokens);
          expect(part).not.toMatch(/\p{Surrogate}/u);
          let at = 0;
          for (const character of part) {
            at = whole.indexOf(character, at) + character.length;
            expect(at).toBeGreaterThanOrEqual(character.length);
          }
          expect(passage(whole, { tokens })).toBe(part);
        },
      ),
    );
  });

  it('is found in a text of ten thousand characters', () => {
    const long = `标题。${'无关的话说了又说，'.repeat(1100)}。电梯困人。`;
    expect(passage(long, { tokens: 40, within: 20_000 })).toContain('电梯困人');
    expect(count(passage('长'.repeat(10_000), { tokens: 40 }))).toBe(40);
  });
});
