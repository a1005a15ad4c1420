import type { Ticket } from './ticket.ts';

export interface FindOptions {
  readonly limit: number;
  readonly signal: AbortSignal;
  /**
   * In a search's second round, what the first one found; `ticket` is then its matter in broader words. A source may
   * leave these out, to have room for others; whoever asks does anyway.
   */
  readonly seen?: readonly Ticket[];
}

/** Where past tickets come from: the first stage of the search. */
export interface CandidateSource {
  /**
   * Past tickets that may resemble `ticket`, best first by the source's own order, at most `limit`.
   * Rejects with a `CaseMatcherError` (`network`, `http`, `timeout`, `invalid-response`), or with the signal's
   * reason once it is aborted.
   */
  find(ticket: Ticket, options: FindOptions): Promise<Ticket[]>;
}
