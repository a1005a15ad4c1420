import { readFileSync } from 'node:fs';
import { Tokenizer as Library } from '@huggingface/tokenizers';
import { Tokenizer } from '../../src/reranker/tokenizer.ts';
import { sum } from './statistics.ts';

/** The fastest of so many. */
const TIMES = 5;

export interface TokenizerFigures {
  readonly documents: number;
  readonly tokens: number;
  readonly ours: TokenizerTimes;
  readonly library: TokenizerTimes;
}

/** Milliseconds. */
interface TokenizerTimes {
  /** From the parsed tokenizer.json. */
  readonly start: number;
  /** Of all documents, each for the first time. */
  readonly encoding: number;
}

/** Our byte pairs beside the library's own, by turns, in this process. */
export function measureTokenizers(file: string, documents: readonly string[]): TokenizerFigures {
  const text = readFileSync(file, 'utf8');
  const best = { ours: NONE, library: NONE };
  let tokens = 0;
  for (let time = 0; time < TIMES; time++) {
    const measured = (start: (json: unknown) => (text: string) => readonly number[]): TokenizerTimes => {
      const json: unknown = JSON.parse(text);
      const started = performance.now();
      const encode = start(json);
      const ready = performance.now();
      tokens = sum(documents.map((document) => encode(document).length));
      return { start: ready - started, encoding: performance.now() - ready };
    };
    const ours = measured((json) => {
      const tokenizer = new Tokenizer(json);
      return (document) => tokenizer.encodeText(document);
    });
    const library = measured((json) => {
      const tokenizer = new Library({ ...(json as object), added_tokens: [] }, {});
      return (document) => tokenizer.encode(document, { add_special_tokens: false }).ids;
    });
    best.ours = faster(best.ours, ours);
    best.library = faster(best.library, library);
  }
  return { documents: documents.length, tokens, ...best };
}

const NONE: TokenizerTimes = { start: Number.POSITIVE_INFINITY, encoding: Number.POSITIVE_INFINITY };

function faster(a: TokenizerTimes, b: TokenizerTimes): TokenizerTimes {
  return { start: Math.min(a.start, b.start), encoding: Math.min(a.encoding, b.encoding) };
}

/** In words. */
export function tokenizerReport({ documents, tokens, ours, library }: TokenizerFigures): string {
  const compared = (part: keyof TokenizerTimes): string =>
    `${ours[part].toFixed(0)} ms (the library's own byte pairs ${library[part].toFixed(0)} ms, ` +
    `${(library[part] / ours[part]).toFixed(1)}×)`;
  return (
    `The tokenizer, in Node: ready from its parsed JSON in ${compared('start')}; ` +
    `${documents} documents, ${tokens} tokens, in ${compared('encoding')}.`
  );
}
