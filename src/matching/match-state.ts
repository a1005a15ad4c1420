import type { Generalisation } from './generalisation.ts';
import type { Match } from './merge.ts';

/** How far a search has come. `matches` is never empty where it is present. */
export type MatchState =
  | { readonly phase: 'finding' }
  /** The source failed: there is nothing to show. */
  | { readonly phase: 'failed'; readonly error: unknown }
  /** The source found nothing. */
  | { readonly phase: 'empty' }
  /** The first-stage order while `done` is 0, then scored ones first. */
  | ({ readonly phase: 'ranking' } & Progress & Matches)
  /**
   * Nothing of the medium tier: the query is widened, and `done` of `total` new candidates are scored. `total` is 0
   * while they are being fetched. The matches are those of the first round, in their final order.
   */
  | ({ readonly phase: 'widening'; readonly generalisation: Generalisation } & Progress & Matches)
  | ({ readonly phase: 'ranked'; readonly generalisation?: Generalisation } & Matches)
  /** The model could not be asked or did not answer: the fallback order, and why. Without `error` none was to be asked. */
  | ({ readonly phase: 'unranked'; readonly error?: unknown } & Matches);

/** Texts that have a score, of those that get one. */
export interface Progress {
  readonly done: number;
  readonly total: number;
  /** All have a score, and some of the best are now read in full. `total` may change while these are found out. */
  readonly refined?: { readonly done: number; readonly total: number };
}

interface Matches {
  readonly matches: readonly Match[];
  /** What the model is asked with: of the ticket on screen what it can read. */
  readonly query: string;
  /** Whether that is only its beginning. */
  readonly queryShortened: boolean;
}
