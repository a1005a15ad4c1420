const CJK = '[\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Hangul}]';
const RUN = new RegExp(`${CJK}+|(?:(?!${CJK})[\\p{L}\\p{N}])+`, 'gu');
const CJK_RUN = new RegExp(`^${CJK}`, 'u');

/**
 * The terms of a text, in order, lower-cased and in compatibility form (full-width digits become plain ones): words
 * of alphabetic scripts, and overlapping pairs of Chinese, Japanese and Korean characters, as Lucene's CJK analyzer
 * makes them. Pairs, not a dictionary's words, which differ from browser to browser.
 */
export function terms(text: string): string[] {
  return (fold(text).match(RUN) ?? []).flatMap((run) => {
    if (!CJK_RUN.test(run)) return [run];
    const characters = Array.from(run);
    if (characters.length === 1) return [run];
    return characters.slice(1).map((character, i) => `${characters[i]}${character}`);
  });
}

/**
 * Lucene's inverse document frequency, which is never negative: how much it says that a document holds a term which
 * `holding` of `documents` hold.
 */
export function rarity(documents: number, holding: number): number {
  return Math.log(1 + (documents - holding + 0.5) / (holding + 0.5));
}

function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}
