import type { Ticket } from './ticket.ts';

/** Where past tickets come from: the first stage of the search. */
export interface CandidateSource {
  /**
   * Past tickets that may resemble `ticket`, best first by the source's own order, at most `limit`.
   * Rejects with a `CaseMatcherError` (`network`, `http`, `timeout`, `invalid-response`), or with the signal's
   * reason once it is aborted.
   */
  find(ticket: Ticket, options: { limit: number; signal: AbortSignal }): Promise<Ticket[]>;
}
