import type { Ranker, RankerDocument, RankerOptions, ScoredDocument } from '../../src/matching/index.ts';

/** One call of `rank`, which goes on when the test says so. */
export interface RankCall {
  readonly query: string;
  readonly documents: readonly RankerDocument[];
  readonly options: RankerOptions;
  /** Scores the i-th document. */
  score(index: number, logit: number): void;
  /** Scores whatever is left with falling logits, and answers. */
  finish(): void;
  fail(error: unknown): void;
}

/** A ranker under the test's hand: `next()` waits for the next call. */
export class StagedRanker implements Ranker {
  readonly calls: RankCall[] = [];
  #waiting: ((call: RankCall) => void)[] = [];
  #taken = 0;

  async next(): Promise<RankCall> {
    const index = this.#taken++;
    return this.calls[index] ?? new Promise((resolve) => this.#waiting.push(resolve));
  }

  rank(
    query: string,
    documents: readonly RankerDocument[],
    options: RankerOptions = {},
  ): Promise<readonly ScoredDocument[]> {
    return new Promise((resolve, reject) => {
      options.signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
      const scored = new Map<number, ScoredDocument>();
      const score = (index: number, logit: number) => {
        const document = documents[index];
        if (!document) throw new RangeError(`no document ${index}`);
        const result = { ...document, logit, score: 1 / (1 + Math.exp(-logit)), rank: 1, truncated: false };
        scored.set(index, result);
        options.onScore?.(result, scored.size, documents.length);
      };
      const call: RankCall = {
        query,
        documents,
        options,
        score,
        finish: () => {
          for (const index of documents.keys()) if (!scored.has(index)) score(index, 3 - index);
          resolve([...scored.values()]);
        },
        fail: reject,
      };
      this.calls.push(call);
      this.#waiting.shift()?.(call);
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
