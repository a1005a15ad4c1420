import type { TextRange } from './text-range.ts';

const END = '。！？；\\n.!?;';
const CLOSING = `”’"'）)」』】\\]`;
/** A full stop inside a number or a name (3.5, gov.cn) ends nothing. */
const STOP_INSIDE = String.raw`\.(?=[0-9A-Za-z])`;
const WORDS = `(?=[^${END}]|${STOP_INSIDE})[^${END}]*(?:${STOP_INSIDE}[^${END}]*)*`;
const MARKS = `[${END}]+[${CLOSING}]*`;
const SENTENCE = new RegExp(`${WORDS}(?:${MARKS})?|${MARKS}`, 'g');

/**
 * The sentences of a Chinese or English text with the marks that end them: they follow one another without gaps and
 * make up the whole text. A text without any mark is one sentence; an empty one has none.
 */
export function splitSentences(text: string): TextRange[] {
  return Array.from(text.matchAll(SENTENCE), ({ 0: sentence, index }) => ({
    start: index,
    end: index + sentence.length,
  }));
}
