import { rarity, terms } from '../terms.ts';

const K1 = 1.2;
const B = 0.75;

export interface Bm25 {
  /** The score of every document, in the documents' order; 0 where no word is shared. */
  score(query: string): Float64Array;
  /** Indices of the documents, best first; equals stay in the documents' order. */
  rank(query: string): number[];
}

/**
 * Ranking by words alone: the first stage of the evaluation, and the order shown when the model cannot run.
 *
 * BM25 as in Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), with k1 = 1.2
 * and b = 0.75, and with Lucene's inverse document frequency ln(1 + (N − n + 0.5) / (n + 0.5)), which is never
 * negative. A word that the query holds twice counts twice.
 */
export function bm25(documents: readonly string[]): Bm25 {
  const postings = new Map<string, Map<number, number>>();
  const lengths = documents.map((document, index) => {
    const words = terms(document);
    for (const word of words) {
      const counts = postings.get(word) ?? new Map<number, number>();
      postings.set(word, counts.set(index, (counts.get(index) ?? 0) + 1));
    }
    return words.length;
  });
  const meanLength = lengths.reduce((sum, length) => sum + length, 0) / documents.length;

  function score(query: string): Float64Array {
    const scores = new Float64Array(documents.length);
    for (const word of terms(query)) {
      const counts = postings.get(word);
      if (counts === undefined) continue;
      const idf = rarity(documents.length, counts.size);
      for (const [index, count] of counts) {
        const norm = 1 - B + (B * (lengths[index] ?? 0)) / meanLength;
        scores[index] = (scores[index] ?? 0) + (idf * count * (K1 + 1)) / (count + K1 * norm);
      }
    }
    return scores;
  }

  function rank(query: string): number[] {
    const scores = score(query);
    return Array.from(scores.keys()).sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));
  }

  return { score, rank };
}
