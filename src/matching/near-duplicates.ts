import type { Match } from './merge.ts';

/** A match that is shown, and those that say the same and wait behind it. */
export interface FoldedMatch {
  /** The best-ranked of them. */
  readonly match: Match;
  /** In their order; empty for most. */
  readonly folded: readonly Match[];
}

/**
 * The matches in their order with near-duplicates folded behind the best of them; none is lost. Each folded one is a
 * near-duplicate of the one shown itself, so that chains (a like b, b like c, but a unlike c) swallow nothing. Depends
 * on the ranks, not on the order in the array.
 */
export declare function foldNearDuplicates(matches: readonly Match[]): readonly FoldedMatch[];
