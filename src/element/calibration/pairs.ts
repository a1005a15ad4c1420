import { match, type ReadyRanker, type ScoredPair } from '../../matching/index.ts';
import type { CandidateSource, Ticket } from '../../tickets/index.ts';
import type { RankedTicket } from '../ranked-ticket.ts';

/** A ticket and a past case that the model has scored, for a person to judge. */
export interface CalibrationPair extends ScoredPair {
  readonly ticket: Ticket;
  readonly past: Ticket;
}

/** The key of a pair: the same wherever and whenever it is scored. */
export function pairKey(ticketId: string, pastId: string): string {
  return JSON.stringify([ticketId, pastId]);
}

/**
 * The scored matches of a ticket as pairs. One that was not scored, or by a passage alone, or against a widened query, says
 * nothing of a threshold.
 */
export function pairsOf({ ticket, matches }: RankedTicket): readonly CalibrationPair[] {
  return matches.flatMap(({ ticket: past, score, stage, widenings }) =>
    score === undefined || stage === 'passage' || widenings !== undefined
      ? []
      : [{ key: pairKey(ticket.id, past.id), score, ticket, past }],
  );
}

export interface CollectOptions {
  readonly source: CandidateSource;
  readonly ready: () => Promise<ReadyRanker>;
  /** Most candidates for each ticket. */
  readonly limit: number;
  readonly signal: AbortSignal;
  /** Called after each ticket, `done` of `total`. */
  readonly onPairs: (pairs: readonly CalibrationPair[], done: number, total: number) => void;
}

/**
 * Finds candidates for one ticket after the other and has all of them scored in full. Rejects with the first error of the
 * source or the model, since what goes wrong for one ticket goes wrong for all; or when aborted.
 */
export async function collectPairs(tickets: readonly Ticket[], options: CollectOptions): Promise<void> {
  const { source, ready, limit, signal, onPairs } = options;
  for (const [index, ticket] of tickets.entries()) {
    let pairs: readonly CalibrationPair[] = [];
    let failure: { readonly error?: unknown } | undefined;
    await match(ticket, {
      ...{ source, ready, limit, signal, top: limit },
      // Without the model there are no scores to calibrate, and no order is needed.
      fallbackOrder: () => [],
      onState: (state) => {
        if (state.phase === 'failed' || state.phase === 'unranked') failure = state;
        if (state.phase === 'ranked') pairs = pairsOf({ ticket, matches: state.matches });
      },
    });
    if (failure) throw failure.error;
    onPairs(pairs, index + 1, tickets.length);
  }
}
