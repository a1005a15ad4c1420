import type { Ranker, RankerDocument, RankerOptions, ScoredDocument } from '../../src/matching/index.ts';

/** One call of `rank`, which goes on when the test says so. */
export interface RankCall {
  readonly query: string;
  readonly documents: readonly RankerDocument[];
  readonly options: RankerOptions;
  /** Scores the i-th document. */
  score(index: number, logit: number): void;
  /** Scores all by a passage, with falling logits, and says that the best `leaders` will be read in full. */
  firstPass(leaders: number): void;
  /** Reads the i-th in full, as the n-th of `leaders`. */
  again(index: number, logit: number, order: { done: number; leaders: number }): void;
  /** Scores whatever is left with falling logits, and answers. */
  finish(): void;
  fail(error: unknown): void;
}

/** Calls in their order, which a test takes one by one, and waits for. */
class Calls {
  readonly all: RankCall[] = [];
  readonly #waiting: ((call: RankCall) => void)[] = [];
  #taken = 0;

  async next(): Promise<RankCall> {
    const index = this.#taken++;
    return this.all[index] ?? new Promise((resolve) => this.#waiting.push(resolve));
  }

  add(call: RankCall): void {
    this.all.push(call);
    this.#waiting.shift()?.(call);
  }
}

/** A ranker under the test's hand: `next()` waits for the next call, `nextEvidence()` for one about sentences. */
export class StagedRanker implements Ranker {
  readonly #rankings = new Calls();
  readonly #evidence = new Calls();

  /** Those that rank cases. */
  get calls(): readonly RankCall[] {
    return this.#rankings.all;
  }

  next(): Promise<RankCall> {
    return this.#rankings.next();
  }

  nextEvidence(): Promise<RankCall> {
    return this.#evidence.next();
  }

  rank(
    query: string,
    documents: readonly RankerDocument[],
    options: RankerOptions = {},
  ): Promise<readonly ScoredDocument[]> {
    return new Promise((resolve, reject) => {
      options.signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
      const scored = new Map<number, ScoredDocument>();
      const read = (
        index: number,
        logit: number,
        reading: { stage: 'passage' | 'full'; done?: number; leaders?: number },
      ) => {
        const document = documents[index];
        if (!document) throw new RangeError(`no document ${index}`);
        const score = 1 / (1 + Math.exp(-logit));
        const result = { ...document, logit, score, rank: 1, truncated: false, stage: reading.stage };
        scored.set(index, result);
        const { done = 0, leaders = 0 } = reading;
        options.onScore?.(result, scored.size + done, documents.length + leaders);
      };
      const score = (index: number, logit: number) => read(index, logit, { stage: 'full' });
      const call: RankCall = {
        query,
        documents,
        options,
        score,
        firstPass: (leaders) => {
          for (const index of documents.keys()) read(index, 3 - index, { stage: 'passage', leaders });
        },
        again: (index, logit, order) => read(index, logit, { stage: 'full', ...order }),
        finish: () => {
          for (const index of documents.keys()) if (!scored.has(index)) score(index, 3 - index);
          resolve([...scored.values()]);
        },
        fail: reject,
      };
      // Scores of cases are followed one by one, those of sentences are not.
      if (options.onScore) this.#rankings.add(call);
      else this.#evidence.add(call);
    });
  }
}

/** Answers every call at once: document i gets the logit 3 − i. */
export const promptRanker: Ranker = {
  async rank(_, documents) {
    return documents.map((document, index) => {
      const logit = 3 - index;
      return { ...document, logit, score: 1 / (1 + Math.exp(-logit)), rank: index + 1, truncated: false };
    });
  },
};
