import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shortenedText } from '../../src/matching/document-text.ts';
import { documentText, queryText } from '../../src/matching/index.ts';
import type { Ticket } from '../../src/tickets/ticket.ts';

const past: Ticket = {
  id: 'ID-IN-NO-PROMPT',
  title: '电梯困人',
  text: '昨天下午困人15分钟。',
  category: ['CATEGORY'],
  place: 'PLACE',
  handling: { unit: 'UNIT', reply: 'REPLY', steps: [{ action: 'ACTION', actor: 'ACTOR' }] },
};

describe('what the model reads', () => {
  it('is title and text, and nothing of the handling, place or id', () => {
    expect(documentText(past)).toBe('电梯困人\n昨天下午困人15分钟。');
    expect(queryText(past)).toBe(documentText(past));
  });

  it('does not read a title twice that the text begins with', () => {
    expect(documentText({ ...past, text: '电梯困人，求助' })).toBe('电梯困人，求助');
  });

  it('is the title where there is no text, and empty where there is neither', () => {
    expect(documentText({ ...past, text: ' ' })).toBe('电梯困人');
    expect(documentText({ id: '1', text: '\n ' })).toBe('');
    expect(documentText({ id: '1' } as Ticket)).toBe('');
  });
});

describe('shortenedText', () => {
  it('gets shorter every time, never empty, always a prefix of whole characters', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 2 }),
        fc.double(),
        fc.double(),
        (text, tokens, limit) => {
          const short = shortenedText(text, tokens, limit);
          expect(text.startsWith(short)).toBe(true);
          expect(short.length).toBeGreaterThan(0);
          expect(Array.from(short).length).toBeLessThan(Array.from(text).length);
          expect(Array.from(text).slice(0, Array.from(short).length).join('')).toBe(short);
        },
      ),
    );
  });

  it('keeps the share that fits, less a tenth', () => {
    expect(shortenedText('字'.repeat(1000), 1000, 500)).toHaveLength(450);
  });
});
