import type { TextRange } from '../../text-range.ts';
import { fold } from '../folded-text.ts';
import type { Lexicon, LexiconEntry } from './lexicon.ts';
import { wordsOfEntry } from './parse-lexicon.ts';

/** A place in a folded text where an entry is said, or, without an entry, a stop word. */
export interface Occurrence extends TextRange {
  readonly entry: LexiconEntry | undefined;
}

const LETTER = /[\p{L}\p{N}]/u;
const HAN = /\p{Script=Han}/u;

/** A lexicon made ready to be looked up in: which of its entries a text says. */
export class Concepts {
  readonly #entries: ReadonlyMap<string, LexiconEntry>;
  readonly #compounds: readonly LexiconEntry[];
  readonly #narrower = new Map<string, LexiconEntry[]>();
  readonly #stopWords: ReadonlySet<string>;
  /** By folded word; a stop word of more than one character has no entry. */
  readonly #words = new Map<string, LexiconEntry | undefined>();
  /** By first code unit: the lengths of words that begin with it, longest first. */
  readonly #lengths = new Map<string, number[]>();

  constructor({ entries, stopWords }: Lexicon) {
    this.#entries = new Map(entries.map((entry) => [entry.key, entry]));
    this.#compounds = entries.filter(({ parts }) => parts !== undefined);
    this.#stopWords = new Set(stopWords.map(fold));
    for (const word of this.#stopWords) if (word.length > 1) this.#words.set(word, undefined);
    for (const entry of entries) {
      for (const word of wordsOfEntry(entry)) this.#words.set(fold(word), entry);
      if (entry.broader === undefined) continue;
      const narrower = this.#narrower.get(entry.broader);
      if (narrower === undefined) this.#narrower.set(entry.broader, [entry]);
      else narrower.push(entry);
    }
    for (const word of this.#words.keys()) {
      const first = word.charAt(0);
      const lengths = this.#lengths.get(first) ?? [];
      if (!lengths.includes(word.length)) lengths.push(word.length);
      this.#lengths.set(first, lengths);
    }
    for (const lengths of this.#lengths.values()) lengths.sort((a, b) => b - a);
  }

  get(key: string | undefined): LexiconEntry | undefined {
    return key === undefined ? undefined : this.#entries.get(key);
  }

  isStopWord(folded: string): boolean {
    return this.#stopWords.has(folded);
  }

  /** Entries and stop words in a folded text, from left to right, of those that begin at one place the longest. */
  find(folded: string): Occurrence[] {
    const found: Occurrence[] = [];
    for (let start = 0; start < folded.length; ) {
      const end = this.#longest(folded, start);
      if (end === undefined) start++;
      else {
        found.push({ start, end, entry: this.#words.get(folded.slice(start, end)) });
        start = end;
      }
    }
    return found;
  }

  /** The entries that these together mean. */
  compounds(keys: ReadonlySet<string>): readonly LexiconEntry[] {
    return this.#compounds.filter(({ parts = [] }) => parts.every((part) => keys.has(part)));
  }

  /** The entries directly below this one. */
  narrower(key: string): readonly LexiconEntry[] {
    return this.#narrower.get(key) ?? [];
  }

  /** Whether `entry` is the one of `key` or below it. */
  isWithin(entry: LexiconEntry, key: string): boolean {
    for (let next: LexiconEntry | undefined = entry; next; next = this.get(next.broader)) {
      if (next.key === key) return true;
    }
    return false;
  }

  #longest(folded: string, start: number): number | undefined {
    for (const length of this.#lengths.get(folded.charAt(start)) ?? []) {
      const end = start + length;
      if (end > folded.length || !this.#words.has(folded.slice(start, end))) continue;
      if (isWhole(folded, start, end)) return end;
    }
    return undefined;
  }
}

/** A word of letters ends where its letters end; Chinese has no such ends. */
function isWhole(text: string, start: number, end: number): boolean {
  const joined = (a: string, b: string) => LETTER.test(a) && LETTER.test(b) && !HAN.test(a) && !HAN.test(b);
  const before = start > 0 && joined(text.charAt(start - 1), text.charAt(start));
  return !before && !(end < text.length && joined(text.charAt(end - 1), text.charAt(end)));
}
