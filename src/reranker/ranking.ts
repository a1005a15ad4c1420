import type { ScoreEvent } from './rank-run.ts';
import type { RankedDocument, RerankDocument } from './types.ts';

type Scored = Omit<ScoreEvent, 'done' | 'total'>;

interface Entry {
  readonly index: number;
  readonly document: Omit<RankedDocument, 'rank'>;
}

/** Scored documents in order, growing as scores arrive: by logit, ties in the order given. */
export class Ranking {
  readonly #documents: readonly RerankDocument[];
  readonly #entries: Entry[] = [];

  constructor(documents: readonly RerankDocument[]) {
    this.#documents = documents;
  }

  /** Adds a score, in place of one of the same document; the returned rank is the one among those scored so far. */
  add({ index, logit, truncated, stage, tokens }: Scored): RankedDocument {
    const { id, text } = this.#documents[index] as RerankDocument;
    const document = { id, text, logit, score: sigmoid(logit), truncated, stage, tokens };
    const before = this.#entries.findIndex((entry) => entry.index === index);
    if (before !== -1) this.#entries.splice(before, 1);
    const at = this.#position(logit, index);
    this.#entries.splice(at, 0, { index, document });
    return { ...document, rank: at + 1 };
  }

  best(count: number): RankedDocument[] {
    return this.#entries.slice(0, count).map(({ document }, i) => ({ ...document, rank: i + 1 }));
  }

  /** Binary search for the first entry that comes after the new one. */
  #position(logit: number, index: number): number {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const entry = this.#entries[middle] as Entry;
      const before = entry.document.logit > logit || (entry.document.logit === logit && entry.index < index);
      if (before) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** The softmax over [no, yes], element yes (Qwen3-Reranker's score). */
function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}
