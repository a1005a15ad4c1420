import type { CaseMatcherError, CaseMatcherErrorCode } from '../errors.ts';
import type { Match, PlaceCluster, TicketRange, Tier, WideningCount } from '../matching/index.ts';
import type { LoadProgress } from '../reranker/types.ts';
import type { Ticket } from '../tickets/ticket.ts';

/** Our own codes, or `unexpected` for an error of a host's source or ranker that is none of ours. */
export type FailureCode = CaseMatcherErrorCode | 'unexpected';

/** A search has come to its end and its cases are on screen. */
export interface CaseMatchDetail {
  readonly ticketId: string;
  /** How many past tickets were compared. */
  readonly ranked: number;
  /** The cards, best first. Score and tier are absent where the model did not score. */
  readonly cases: readonly { readonly id: string; readonly score?: number; readonly tier?: Tier }[];
  readonly rankedByModel: boolean;
  /**
   * Present where the first round brought nothing alike and the query was widened: what each widening brought, by the
   * key of the lexicon's entry. Empty where the second round broke off.
   */
  readonly widened?: readonly WideningCount[];
  /** ISO 8601. When the past tickets were fetched, where they are kept ones: the source could not be reached. */
  readonly keptAt?: string;
}

/** Someone did something with a case: which one, for which ticket, and how alike they are. No text. */
export interface CaseActDetail {
  readonly ticketId: string;
  readonly id: string;
  /** Its place in the order: 1 is best. */
  readonly rank: number;
  /** Score and tier are absent where the model did not score. */
  readonly score?: number;
  readonly tier?: Tier;
}

/** It is known why a case is shown. Once for each case that anyone sees, and no text. */
export interface CaseExplainDetail extends CaseActDetail {
  /** Where the ticket on screen says what the case says too, for a host that marks it there. */
  readonly shared: readonly TicketRange[];
}

/** Someone wants to see a past case. Cancel the event to open it yourself. */
export interface CaseOpenDetail extends CaseActDetail {
  /** Absolute, http or https. Absent where the case has no such address. */
  readonly url?: string;
  readonly case: Ticket;
}

/**
 * Someone takes over how a case was handled. Cancel the event to say that you put it into the ticket; else its
 * handling is copied, to be pasted.
 */
export interface CaseAdoptDetail extends CaseActDetail {
  readonly case: Ticket;
}

/** Someone links a case to the ticket on screen, or takes the link back. */
export interface CaseLinkDetail extends CaseActDetail {
  readonly linked: boolean;
}

/** Someone finds a case not relevant, or takes that back. */
export interface CaseRejectDetail extends CaseActDetail {
  readonly rejected: boolean;
}

/**
 * Someone proposes to handle several cases of one place as one issue. Cancel the event to say that you took the proposal
 * over; else the ids are copied, to be pasted. No text: the place is one.
 */
export interface CaseClusterDetail {
  readonly ticketId: string;
  /** Ids of the cases, each once; the ticket on screen is not among them. */
  readonly ids: readonly string[];
  /** They were received in so many days, today included. */
  readonly days: PlaceCluster['days'];
  /** Whether the ticket on screen is of this place too. */
  readonly ofTicket: boolean;
}

/** Something failed that the panel has told people about. */
export interface CaseErrorDetail {
  readonly code: FailureCode;
  readonly error: CaseMatcherError | Error;
}

/** The events of `<case-matcher>`: all of them bubble and cross shadow boundaries. */
export interface CaseMatcherEvents {
  'case-match': CustomEvent<CaseMatchDetail>;
  /** Cancelable. */
  'case-adopt': CustomEvent<CaseAdoptDetail>;
  'case-copy': CustomEvent<CaseActDetail>;
  'case-link': CustomEvent<CaseLinkDetail>;
  'case-reject': CustomEvent<CaseRejectDetail>;
  /** Someone unfolded it. */
  'case-expand': CustomEvent<CaseActDetail>;
  /** Someone turns to those who handled it. */
  'case-contact': CustomEvent<CaseActDetail>;
  /** Cancelable. */
  'case-open': CustomEvent<CaseOpenDetail>;
  /** Cancelable. */
  'case-cluster': CustomEvent<CaseClusterDetail>;
  'case-explain': CustomEvent<CaseExplainDetail>;
  'case-error': CustomEvent<CaseErrorDetail>;
  'model-progress': CustomEvent<LoadProgress>;
}

declare global {
  interface HTMLElementEventMap extends CaseMatcherEvents {}
}

const CANCELABLE: ReadonlySet<keyof CaseMatcherEvents> = new Set(['case-open', 'case-adopt', 'case-cluster']);

/** What events tell of a case. */
export function aboutCase(ticketId: string, { ticket: { id }, rank, score, tier }: Match): CaseActDetail {
  return {
    ticketId,
    id,
    rank,
    ...(score === undefined ? {} : { score }),
    ...(tier === undefined ? {} : { tier }),
  };
}

/** Dispatches an event of ours; returns whether no listener cancelled it. A listener that throws harms nobody here. */
export function emit<Name extends keyof CaseMatcherEvents>(
  target: EventTarget,
  name: Name,
  detail: CaseMatcherEvents[Name]['detail'],
): boolean {
  const cancelable = CANCELABLE.has(name);
  return target.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true, cancelable }));
}
