import type { Satisfaction, Solved } from '../tickets/ticket.ts';
import type { CaseRef } from './case-ref.ts';
import type { Match } from './merge.ts';

/** The levels of a handling tree, from its root to its leaves. Actions may follow each other; the others come once. */
export type HandlingNodeKind = 'problem' | 'unit' | 'action' | 'result';

/**
 * What a node is called: words of the archive, or one of these that the drawer has words for, where the archive is
 * silent: `problem` (the root without a category in common), `unnamed-unit`, `handled` (how is not known),
 * `replied` (no steps, but a reply), `closed` (no steps, no reply, but an end), `outcome` (read it from `result`).
 */
export type HandlingLabel =
  | { readonly text: string }
  | { readonly word: 'problem' | 'unnamed-unit' | 'handled' | 'replied' | 'closed' | 'outcome' };

/** One or several cases that went the same way up to here. */
export interface HandlingNode {
  /** Unique within the tree and stable for equal input: the child indices from the root, `0`, `0.1`, `0.1.0`, …. */
  readonly id: string;
  readonly kind: HandlingNodeKind;
  /** As the best case that passes says it. */
  readonly label: HandlingLabel;
  /** Every wording that was merged here, the label first; empty where the label is none of the archive's. */
  readonly wordings: readonly string[];
  /** The cases that pass, best match first; never empty. */
  readonly cases: readonly CaseRef[];
  /** How the cases that pass ended: what to write on the branch that leads here. */
  readonly outcome: BranchOutcome;
  /** Calendar days from receipt to this action, of the cases that state both. Actions alone. */
  readonly elapsed?: DaysRange;
  /** Of a `result`: what all its cases have in common. */
  readonly result?: CaseResult;
  /** Whether the best-rated case passes. */
  readonly best: boolean;
  /** Those with more cases first, then by the best match among their cases. */
  readonly children: readonly HandlingNode[];
}

/** How a case ended; what is not known is absent. `unrated` is never stored as an opinion: it is absent too. */
export interface CaseResult {
  readonly solved?: Solved;
  readonly satisfaction?: Exclude<Satisfaction, 'unrated'>;
}

/** How the cases of a branch ended. Counts leave out cases that do not state it. */
export interface BranchOutcome {
  /** Days from receipt to closing; absent where no case states them. */
  readonly days?: DaysRange;
  readonly solved: Readonly<Record<Solved, number>>;
  readonly satisfaction: Readonly<Record<Exclude<Satisfaction, 'unrated'>, number>>;
}

/** Days over one or more cases. */
export interface DaysRange {
  readonly least: number;
  readonly median: number;
  readonly most: number;
  /** How many cases state them. */
  readonly of: number;
}

export interface HandlingTree {
  readonly root: HandlingNode;
  /** The best-rated case: solved, then satisfaction, then days against its limit, days, score (see {@link byRating}). */
  readonly best: CaseRef;
  /** The cases in the tree, best match first. */
  readonly cases: readonly CaseRef[];
}

/**
 * The handling of several cases as one decision tree: problem → unit → actions → result. Steps that cases have in
 * common, as long as all before them are common too, are one node. Depends on the set of matches alone, not on their
 * order in the array.
 * @param matches those to compare, e.g. the three best; undefined is returned for none.
 */
export declare function handlingTree(matches: readonly Match[]): HandlingTree | undefined;

/** One event of a case, in the order in which it happened as far as the archive tells. */
export interface PathEvent {
  readonly kind: 'report' | 'step' | 'reply' | 'closed' | 'return-visit';
  /** ISO 8601, as the archive states it. */
  readonly at?: string;
  /** Who: unit or role. */
  readonly actor?: string;
  /** What: the report, the action, the reply; absent for `closed` and `return-visit`. */
  readonly text?: string;
  /** Of a `return-visit`: what the citizen said. */
  readonly result?: CaseResult;
  /** Calendar days from receipt, where both dates are stated. */
  readonly elapsed?: number;
}

/** The full path of one case, for a closer look or for print. */
export interface CasePath {
  readonly case: CaseRef;
  readonly title?: string;
  readonly unit?: string;
  readonly days?: number;
  readonly limitDays?: number;
  /** Never empty: the report at least. */
  readonly events: readonly PathEvent[];
}

/** Who did what when, from the report to the return visit. */
export declare function casePath(match: Match): CasePath;

/**
 * Compares two matches by how well they were handled, best first: solved (yes, partly, unknown, no), satisfaction
 * (satisfied, fairly, unknown or unrated, dissatisfied), within the limit (yes, unknown, no), fewer days (unknown
 * last), higher score (unscored last), then first-stage rank. A total order.
 */
export declare function byRating(a: Match, b: Match): number;
