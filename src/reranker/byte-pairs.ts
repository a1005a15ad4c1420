import FlatQueue from 'flatqueue';
import { CaseMatcherError } from '../errors.ts';
import { type BytePairModel, isBytePairModel } from '../weights/index.ts';

/** More than a word has symbols, so that a rank and a place make one exact number. */
const PLACES = 2 ** 32;

/**
 * Byte-pair encoding (Sennrich, arXiv 1508.07909): the neighbours whose merge ranks lowest become one symbol, until none
 * can. `BPE` of `@huggingface/tokenizers` gives the same ids, but keeps each merge under its JSON, which takes
 * several times as long to start, at every visit, and nearly twice as long to encode (`npm run bench -- --loading`).
 */
export class BytePairs {
  readonly #vocab: BytePairModel['vocab'];
  readonly #ranks = new Map<string, number>();

  /** Throws `not-a-model` where `model` is of another kind. */
  constructor(model: unknown) {
    if (!isBytePairModel(model)) throw new CaseMatcherError('not-a-model', { reason: 'tokenizer.json' });
    this.#vocab = model.vocab;
    for (const [rank, merge] of model.merges.entries()) {
      this.#ranks.set(typeof merge === 'string' ? merge : `${merge[0]} ${merge[1]}`, rank);
    }
  }

  /** Ids of a word in the byte alphabet; a symbol that the vocabulary lacks is left out. */
  encode(word: string): number[] {
    const symbols = Array.from(word);
    const end = symbols.length;
    const next = Uint32Array.from(symbols, (_, i) => i + 1);
    const previous = Int32Array.from(symbols, (_, i) => i - 1);
    // Of the pair that begins at each place; NaN where it is none.
    const priorities = new Float64Array(end);
    const queue = new FlatQueue();
    const consider = (at: number): void => {
      const right = next[at] as number;
      const rank = right < end ? this.#ranks.get(`${symbols[at]} ${symbols[right]}`) : undefined;
      const priority = rank === undefined ? Number.NaN : rank * PLACES + at;
      priorities[at] = priority;
      if (rank !== undefined) queue.push(at, priority);
    };
    for (let at = 0; at < end; at++) consider(at);
    while (queue.length > 0) {
      const priority = queue.peekValue();
      const at = queue.pop() as number;
      // What was queued before one of its symbols became another.
      if (priority !== priorities[at]) continue;
      const right = next[at] as number;
      const after = next[right] as number;
      symbols[at] = `${symbols[at]}${symbols[right]}`;
      priorities[right] = Number.NaN;
      next[at] = after;
      if (after < end) previous[after] = at;
      consider(at);
      const before = previous[at] as number;
      if (before >= 0) consider(before);
    }
    const ids: number[] = [];
    for (let at = 0; at < end; at = next[at] as number) {
      const id = this.#id(symbols[at] as string);
      if (id !== undefined) ids.push(id);
    }
    return ids;
  }

  #id(symbol: string): number | undefined {
    return Object.hasOwn(this.#vocab, symbol) ? this.#vocab[symbol] : undefined;
  }
}
