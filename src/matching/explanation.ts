import type { TextRange } from '../text-range.ts';

/** A part of a ticket's `title` or `text` as they are, untrimmed: `ticket[field].slice(start, end)`. */
export interface TicketRange extends TextRange {
  readonly field: 'title' | 'text';
}

/**
 * A word that both tickets say, or two words for the same thing (电梯 ~ 升降机). Places, times, names of persons, phone
 * numbers and other numbers are none: they make two cases look alike that have nothing else in common.
 */
export interface SharedTerm {
  /** What offices call it: the lexicon's label for it (超期), or the word itself. */
  readonly label: string;
  /** As the ticket on screen words it (拖了). */
  readonly term: string;
  /** As the past ticket words it; the same word unless the lexicon knows them as synonyms. */
  readonly pastTerm: string;
  /** Key of the lexicon's entry for it; absent for a word that the lexicon does not know. */
  readonly key?: string;
  /** Lucene's idf over the candidates of the search: the larger, the fewer of them say it. */
  readonly rarity: number;
  /** Where the ticket on screen says it, in any wording; never empty, in order, without overlap. */
  readonly inTicket: readonly TicketRange[];
  /** Where the past ticket does. */
  readonly inPast: readonly TicketRange[];
}

/** What one of the two tickets says of a difference. */
export interface DifferenceSide {
  /** The word, the amount with its unit, or the category, as the ticket has it. */
  readonly text: string;
  /** Where; empty for a category, which stands in no text. */
  readonly ranges: readonly TicketRange[];
}

/**
 * A fact that one ticket has and the other lacks or has otherwise. At least one side is present.
 *
 * - `category`: the narrowest classes differ; both sides, unless one ticket has none
 * - `severity`: a person was hurt, something burned…: the lexicon's entries marked `severe`; one side
 * - `amount`: both say how long, how many or how much, and not the same; both sides
 * - `term`: a rare word of one ticket; one side
 */
export interface Difference {
  readonly kind: 'category' | 'severity' | 'amount' | 'term';
  readonly ticket?: DifferenceSide;
  readonly past?: DifferenceSide;
}

/** A sentence of a past ticket, or a clause of a long one, as the model scored it by itself against the query. */
export interface EvidenceSentence extends TicketRange {
  /** 0…1, as a match's. */
  readonly score: number;
  readonly logit: number;
}

/** The one or two sentences of a past ticket that carry the match, best first. Empty where the ticket has no text. */
export type Evidence = readonly EvidenceSentence[];

/** Why a past ticket is shown. */
export interface Explanation {
  /** Rarest first. */
  readonly shared: readonly SharedTerm[];
  /** A few, for a match of the medium tier; empty for others: a high match is alike, a low one is not. */
  readonly differences: readonly Difference[];
  /** Absent until the model has found it, and for good where no model ranked or it failed meanwhile. */
  readonly evidence?: Evidence;
}

/** By the match's `firstStageRank`, which is unique within a search. */
export type Explanations = ReadonlyMap<number, Explanation>;
