const HAN = /\p{Script=Han}/u;
const RUN = /\p{Script=Han}+|(?:(?!\p{Script=Han})[\p{L}\p{N}])+/gu;

/**
 * What a text is indexed and searched by: words of letters and digits as they are, Chinese as overlapping pairs of
 * characters, since SQLite's tokenizers find no words in it and its trigrams miss words of two characters.
 */
export function searchTerms(text: string): string[] {
  return (text.normalize('NFKC').toLowerCase().match(RUN) ?? []).flatMap((run) => {
    const characters = Array.from(run);
    if (!HAN.test(run) || characters.length === 1) return [run];
    return characters.slice(1).map((character, i) => `${characters[i]}${character}`);
  });
}
