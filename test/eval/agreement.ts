/** How far a ranking agrees with the exhaustive one of the same documents. Shares, 0…1. */
export interface Agreement {
  /** Whether the best is the same. */
  readonly top1: number;
  /** Of the three best, how many are among the other's three best. */
  readonly top3: number;
  /**
   * NDCG at 10, with gains by the exhaustive order: 10 for its first, 9 for its second, … 1 for its tenth, and 0 for
   * the others; discount 1 / log2(1 + rank).
   */
  readonly ndcg: number;
}

const DEPTH = 10;

/** Both best first; of documents by any names. */
export function agreement(ranked: readonly number[], exhaustive: readonly number[]): Agreement {
  const [first] = exhaustive;
  const best = exhaustive.slice(0, 3);
  const both = ranked.slice(0, 3).filter((document) => best.includes(document));
  return {
    top1: ranked[0] === first ? 1 : 0,
    top3: both.length / Math.max(1, best.length),
    ndcg: gained(ranked, exhaustive) / gained(exhaustive, exhaustive),
  };
}

/** The mean of each part. */
export function meanAgreement(all: readonly Agreement[]): Agreement {
  const mean = (part: keyof Agreement): number => all.reduce((sum, each) => sum + each[part], 0) / all.length;
  return { top1: mean('top1'), top3: mean('top3'), ndcg: mean('ndcg') };
}

/** Indices of the highest logits first, equals in the order given. */
export function byLogit(logits: readonly number[]): number[] {
  return [...logits.keys()].sort((a, b) => (logits[b] as number) - (logits[a] as number) || a - b);
}

function gained(ranked: readonly number[], exhaustive: readonly number[]): number {
  return ranked.slice(0, DEPTH).reduce((sum, document, place) => {
    const gain = Math.max(0, DEPTH - exhaustive.indexOf(document));
    return sum + gain / Math.log2(place + 2);
  }, 0);
}
