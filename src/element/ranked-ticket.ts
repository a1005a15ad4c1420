import type { Match } from '../matching/index.ts';
import type { Ticket } from '../tickets/ticket.ts';

/** A ticket and its past cases as the model ranked them, texts and all: what one element hands to another. */
export interface RankedTicket {
  readonly ticket: Ticket;
  /** All that were found, best first. */
  readonly matches: readonly Match[];
  /** Whose scores they are, as `RerankerInfo.model` names it. Absent where the host's own ranker gave them. */
  readonly model?: string;
}
