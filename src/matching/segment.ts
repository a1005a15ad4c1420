import type { TextRange } from '../text-range.ts';

/** Words of a text, as ranges. Single characters and words are told to be `empty` that say nothing by themselves. */
export type Segment = (text: string, isEmpty: (word: string) => boolean) => TextRange[];

const RUN = /[\p{L}\p{N}]+/gu;
const HAN = /^\p{Script=Han}+$/u;
/** A word that the dictionary lacks falls apart into single characters: 困|人, 申|领. */
const LONGEST_UNKNOWN = 3;

/** Words by a dictionary. Two or three single Chinese characters in a row are taken as a word that it lacks. */
export function segmentWith(segmenter: Intl.Segmenter): Segment {
  return (text, isEmpty) => {
    const words: TextRange[] = [];
    let lone: TextRange | undefined;
    const endLone = () => {
      if (lone && lone.end - lone.start > 1 && lone.end - lone.start <= LONGEST_UNKNOWN) words.push(lone);
      lone = undefined;
    };
    for (const { segment: word, index, isWordLike } of segmenter.segment(text)) {
      const end = index + word.length;
      if (word.length === 1 && HAN.test(word) && !isEmpty(word)) lone = { start: lone?.start ?? index, end };
      else {
        endLone();
        if (isWordLike && word.length > 1 && !isEmpty(word)) words.push({ start: index, end });
      }
    }
    endLone();
    return words;
  };
}

/**
 * Words of letters, and of Chinese every two neighbouring characters that say something: what can be had without a
 * dictionary.
 */
export const pairs: Segment = (text, isEmpty) => {
  return Array.from(text.matchAll(RUN)).flatMap(({ 0: run, index }) => {
    if (!HAN.test(run))
      return run.length > 1 && !isEmpty(run) ? [{ start: index, end: index + run.length }] : [];
    const said = (pair: string) => !isEmpty(pair) && !Array.from(pair).some(isEmpty);
    return (
      Array.from({ length: Math.max(0, run.length - 1) }, (_, i) => ({
        start: index + i,
        end: index + i + 2,
      }))
        .filter(({ start, end }) => said(text.slice(start, end)))
        // A rare character takes two code units, and half of one is none.
        .filter(({ start, end }) => !/^[\udc00-\udfff]|[\ud800-\udbff]$/.test(text.slice(start, end)))
    );
  });
};

/** The words of a text by the browser's dictionary where it has one, else overlapping pairs of Chinese characters. */
export const segment: Segment =
  typeof Intl === 'object' && 'Segmenter' in Intl
    ? segmentWith(new Intl.Segmenter('zh', { granularity: 'word' }))
    : pairs;
