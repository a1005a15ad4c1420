/**
 * What a ticket is, whichever system it comes from. Only `id` and `text` are required: every field that an
 * archive lacks is simply absent, and nothing downstream may assume it.
 */
export interface Ticket {
  readonly id: string;
  /** What the citizen reported, in full. */
  readonly text: string;
  readonly title?: string;
  /** From the broadest class to the narrowest, e.g. `['住房城乡建设', '电梯安全']`. */
  readonly category?: readonly string[];
  readonly place?: string;
  /** ISO 8601. */
  readonly createdAt?: string;
  /** Working days the ticket may take by its own rule. */
  readonly limitDays?: number;
  readonly handling?: Handling;
  /** Where the host's own page for this ticket is. */
  readonly url?: string;
}

/** How a past ticket was handled. */
export interface Handling {
  readonly unit?: string;
  /** How colleagues reach those who handled it: a telephone number, an e-mail address, or words. */
  readonly contact?: string;
  readonly steps?: readonly HandlingStep[];
  /** ISO 8601. */
  readonly closedAt?: string;
  /** Days from receipt to closing. */
  readonly days?: number;
  /** The reply given to the citizen. */
  readonly reply?: string;
  readonly solved?: Solved;
  readonly satisfaction?: Satisfaction;
  /** What the citizen had to hand in. */
  readonly materials?: readonly Material[];
}

/** A document that a citizen hands in: at once, not at all (容缺), or later (容缺后补). */
export interface Material {
  readonly name: string;
  readonly need: 'required' | 'waivable' | 'later';
}

export interface HandlingStep {
  /** ISO 8601. */
  readonly at?: string;
  /** Unit or role. */
  readonly actor?: string;
  readonly action: string;
}

export type Solved = 'yes' | 'partly' | 'no';

/** Solved and satisfied are two questions of the return visit; many tickets are never rated. */
export type Satisfaction = 'satisfied' | 'fairly' | 'dissatisfied' | 'unrated';
