import type { Ticket } from '../tickets/ticket.ts';
import type { Widening } from './generalisation.ts';
import type { ScoredDocument } from './ranker.ts';
import { type Thresholds, type Tier, tierOf } from './tiers.ts';

/** A past ticket with what is known of its likeness so far. */
export interface Match {
  readonly ticket: Ticket;
  /** 1 is the source's best. Unique within a run, so the key of a match: ids need not be. */
  readonly firstStageRank: number;
  /** 1 is best in the order shown. */
  readonly rank: number;
  /** 0…1; absent until scored. */
  readonly score?: number;
  /** What the order is made on; absent until scored. */
  readonly logit?: number;
  readonly tier?: Tier;
  /** Whether the model read only the beginning of the text. */
  readonly truncated: boolean;
  /** Whether the model read only the sentences that matter most; absent until scored. */
  readonly stage?: 'passage' | 'full';
  /**
   * Present for a match that only the widened query found: its score, its logit and its tier say how it resembles that
   * query, and are not to be compared with those of other matches. Its tier is never `high`.
   */
  readonly widenings?: readonly Widening[];
}

/** Puts ranked matches into another order and numbers them anew; loses none. */
export type Reordering = (matches: readonly Match[]) => readonly Match[];

/** What the model said of a candidate, by the candidate's index. */
export type Scores = ReadonlyMap<number, Pick<ScoredDocument, 'score' | 'logit' | 'truncated' | 'stage'>>;

/**
 * Candidates and the scores that have arrived, in one order: scored ones by logit, ties by first-stage rank; then
 * the others as the source ordered them. Where there is a reordering, in the order that it makes of this. Depends on
 * nothing but its arguments, and loses no candidate: a score that is not a number counts as not arrived.
 */
export function mergeScores(
  candidates: readonly Ticket[],
  scores: Scores,
  thresholds: Thresholds,
  reorder: Reordering = (ranked) => ranked,
): readonly Match[] {
  const matches = candidates.map((ticket, index): Omit<Match, 'rank'> => {
    const scored = scores.get(index);
    const unscored = { ticket, firstStageRank: index + 1, truncated: false };
    if (!scored || !Number.isFinite(scored.logit) || !Number.isFinite(scored.score)) return unscored;
    const { score, logit, truncated, stage = 'full' } = scored;
    return { ...unscored, score, logit, truncated, stage, tier: tierOf(score, thresholds) };
  });
  matches.sort((a, b) => {
    const [left, right] = [a.logit ?? Number.NEGATIVE_INFINITY, b.logit ?? Number.NEGATIVE_INFINITY];
    return left === right ? a.firstStageRank - b.firstStageRank : right - left;
  });
  return reorder(matches.map((match, index) => ({ ...match, rank: index + 1 })));
}

/**
 * The matches of a search and those that only its widened query found, in one order. Scores of two queries are not the
 * same thing: no threshold tells whether 0.8 for a broader matter is better than 0.6 for the very one. So they are not
 * sorted into one another, but by what the tiers say: widened matches of the medium tier and above first, since they
 * resemble the broader matter, while those of the first round, all low, resemble nothing; then the first round; then
 * the rest. A widened match counts as medium at most: its disposal is none to be reused unseen. The widened
 * ones are reordered once more where there is a reordering, by the tiers that they have now.
 *
 * Depends on nothing but its arguments, and loses no match. `firstStageRank` goes on counting.
 */
export function mergeRounds(
  first: readonly Match[],
  second: readonly Match[],
  widenings: readonly Widening[],
  reorder: Reordering = (ranked) => ranked,
): readonly Match[] {
  const lowered = second.map((match): Match => {
    const { tier } = match;
    const firstStageRank = first.length + match.firstStageRank;
    return { ...match, firstStageRank, widenings, ...(tier === 'high' ? { tier: 'medium' } : {}) };
  });
  const widened = reorder(lowered);
  const isAlike = ({ tier }: Match) => tier === 'medium';
  return [...widened.filter(isAlike), ...first, ...widened.filter((match) => !isAlike(match))].map(
    (match, index) => ({ ...match, rank: index + 1 }),
  );
}

/**
 * Candidates in an order given as indices, best first, without scores. Indices that are missing follow in
 * first-stage order; unknown and repeated ones are passed over.
 */
export function inOrder(candidates: readonly Ticket[], order: readonly number[]): readonly Match[] {
  const wanted = [...order, ...candidates.keys()].filter((index) => candidates[index] !== undefined);
  return [...new Set(wanted)].map((index, position) => ({
    ticket: candidates[index] as Ticket,
    firstStageRank: index + 1,
    rank: position + 1,
    truncated: false,
  }));
}
