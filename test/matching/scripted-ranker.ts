import type { Ranker, RankerOptions, ScoredDocument } from '../../src/matching/index.ts';

export interface RankCall {
  readonly query: string;
  readonly texts: readonly string[];
  readonly options: RankerOptions;
}

/** A ranker that gives document i the i-th logit, in a chosen order of arrival, and notes what it was asked. */
export function scriptedRanker(
  logits: readonly number[],
  arrival: readonly number[] = [...logits.keys()],
): Ranker & { calls: RankCall[] } {
  const calls: RankCall[] = [];
  return {
    calls,
    async rank(query, documents, options = {}) {
      calls.push({ query, texts: documents.map(({ text }) => text), options });
      const scored: ScoredDocument[] = [];
      for (const index of arrival) {
        const document = documents[index];
        if (!document) continue;
        const logit = logits[Number(document.id)] ?? 0;
        scored.push({ ...document, logit, score: 1 / (1 + Math.exp(-logit)), rank: 1, truncated: false });
        options.onScore?.(scored[scored.length - 1] as ScoredDocument, scored.length, documents.length);
      }
      return scored;
    },
  };
}
