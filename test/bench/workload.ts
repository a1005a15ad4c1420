import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import { ROOT } from '../../tools/setup.mjs';
import { evenlySpread } from './statistics.ts';

const COMPLAINTS = resolve(ROOT, '../shared/data/complaints.jsonl');
const DEMO_ARCHIVE = resolve(ROOT, 'src/demo/archive.jsonl');
const DOCUMENT_TOKENS = 512;
const QUERY_TOKENS = 1024;
const SEED = 3;

export interface Workload {
  readonly queries: readonly BenchText[];
  readonly documents: readonly BenchText[];
}

export interface BenchText {
  readonly text: string;
  readonly tokens: number;
}

/** Texts cut to the token budget, so that every engine is given the same. */
export class Texts {
  readonly tokenizerFile: string;
  readonly #tokenizer: Tokenizer;
  /** Where the texts are from, in words. */
  readonly source: string;
  readonly #texts: readonly string[];

  /** Real complaints where they are at hand, in a shuffled order that is the same in every run. */
  constructor(tokenizerFile: string, options: { demo: boolean }) {
    this.tokenizerFile = tokenizerFile;
    this.#tokenizer = new Tokenizer(JSON.parse(readFileSync(tokenizerFile, 'utf8')), {});
    const real = !options.demo && existsSync(COMPLAINTS);
    this.source = real ? 'real complaints' : "the demo desk's own tickets";
    const lines = readFileSync(real ? COMPLAINTS : DEMO_ARCHIVE, 'utf8')
      .trim()
      .split('\n');
    const records = lines.map((line) => JSON.parse(line) as { title: string; text: string });
    this.#texts = shuffled(records.map(({ title, text }) => `${title}\n${text}`));
  }

  /**
   * Texts as queries, evenly spread over the lengths, and others as documents, at random; repeated when more are asked
   * for than there are.
   */
  draw(queries: number, documents: number): Workload {
    const sorted = [...this.#texts].sort((a, b) => a.length - b.length);
    const asked = evenlySpread(sorted, queries);
    const others = this.#texts.filter((text) => !asked.includes(text));
    const given = Array.from({ length: documents }, (_, i) => others[i % others.length] as string);
    return {
      queries: asked.map((text) => this.asQuery(text)),
      documents: given.map((text) => this.asDocument(text)),
    };
  }

  asQuery(text: string): BenchText {
    return this.cut(text, QUERY_TOKENS);
  }

  asDocument(text: string): BenchText {
    return this.cut(text, DOCUMENT_TOKENS);
  }

  /** Documents of exactly so many tokens, made of texts joined. */
  ofLength(tokens: number, count: number): BenchText[] {
    const perDocument = 40;
    return Array.from({ length: count }, (_, i) => {
      const parts = Array.from(
        { length: perDocument },
        (_, part) => this.#texts[(i * perDocument + part) % this.#texts.length],
      );
      return this.cut(parts.join('\n'), tokens);
    });
  }

  /** Tokens of a text. */
  count(text: string): number {
    return this.#tokenizer.encode(text, { add_special_tokens: false }).ids.length;
  }

  /** The start of a text, of so many tokens at most; cut between characters. */
  cut(text: string, tokens: number): BenchText {
    const count = (part: string): number => this.count(` ${part}`);
    const characters = [...text];
    let [low, high] = [0, characters.length];
    // More characters never make fewer tokens by more than one or two, so halving finds the cut.
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (count(characters.slice(0, middle).join('')) <= tokens) low = middle;
      else high = middle - 1;
    }
    const start = characters.slice(0, low).join('');
    return { text: start, tokens: count(start) };
  }
}

/** Fisher and Yates, by mulberry32. */
function shuffled<T>(items: readonly T[]): T[] {
  const result = [...items];
  let state = SEED;
  const random = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  for (let i = result.length - 1; i > 0; i--) {
    const other = Math.floor(random() * (i + 1));
    [result[i], result[other]] = [result[other] as T, result[i] as T];
  }
  return result;
}
