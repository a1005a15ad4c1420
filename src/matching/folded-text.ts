import type { TextRange } from '../text-range.ts';

/** A text in compatibility form and lower case, as words are compared in, that knows where each of its parts stood. */
export class FoldedText {
  readonly text: string;
  /** Of each UTF-16 code unit of `text`: where its character began in the original, and where that ended. */
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];

  constructor(original: string) {
    let text = '';
    let start = 0;
    for (const character of original) {
      const end = start + character.length;
      const folded = fold(character);
      for (let i = 0; i < folded.length; i++) {
        this.#starts.push(start);
        this.#ends.push(end);
      }
      text += folded;
      start = end;
    }
    this.text = text;
  }

  /** The part of the original that became this part of `text`; neither may be empty. */
  original({ start, end }: TextRange): TextRange {
    return { start: this.#starts[start] as number, end: this.#ends[end - 1] as number };
  }
}

/** Full-width letters and digits become plain ones, capitals small ones. */
export function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}
