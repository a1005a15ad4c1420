import { splitSentences } from '../sentences.ts';
import type { TextRange } from '../text-range.ts';
import type { Ticket } from '../tickets/ticket.ts';
import type { TicketRange } from './explanation.ts';
import { FoldedText, fold } from './folded-text.ts';
import type { Concepts, Occurrence } from './lexicon/concepts.ts';
import type { LexiconEntry } from './lexicon/lexicon.ts';
import { particulars, placeMentions } from './particulars.ts';
import { type Segment, segment } from './segment.ts';

/** A word of a ticket that says something about its matter. */
export interface Mention extends TicketRange {
  /** What words that mean the same have in common: their entry's key, or the folded word itself. */
  readonly id: string;
  readonly word: string;
  /** Absent for a word that the lexicon does not know. */
  readonly entry?: LexiconEntry;
  /** Unique to the clause of the ticket that it is in. */
  readonly clause: number;
}

/** Of a longer field only the beginning is looked at: it takes time, and nobody reads so many highlights. */
const LONGEST_FIELD = 4000;
const LONGEST_PLACE = 200;
/** Stands for what is known already: an object replacement character, which is part of no word. */
const KNOWN = '\ufffc';

/**
 * The words of a ticket's title and text in their order, without stop words and without whatever only says of whom,
 * where and when: `ticket.place`, and what {@link particulars} finds.
 */
export function mentionsOf(ticket: Ticket, concepts: Concepts, words: Segment = segment): Mention[] {
  const place = fold((ticket.place ?? '').slice(0, LONGEST_PLACE));
  return inFields(ticket, (folded) => {
    const occurrences = concepts.find(folded);
    return [...entriesIn(occurrences), ...unknownWords(folded, { occurrences, place, concepts, words })];
  });
}

/** Of {@link mentionsOf} those that the lexicon knows, in a fraction of the time. */
export function knownMentionsOf(ticket: Ticket, concepts: Concepts): Mention[] {
  return inFields(ticket, (folded) => entriesIn(concepts.find(folded)));
}

function inFields(ticket: Ticket, find: (folded: string) => readonly Occurrence[]): Mention[] {
  return (['title', 'text'] as const).flatMap((field, index) => {
    const original = lookedAt(ticket, field);
    const folded = new FoldedText(original);
    const clauses = clauseEnds(original);
    const found = [...find(folded.text)].sort((a, b) => a.start - b.start);
    return found.map(({ start, end, entry }) => {
      const range = folded.original({ start, end });
      return {
        field,
        ...range,
        id: entry?.key ?? folded.text.slice(start, end),
        word: original.slice(range.start, range.end),
        ...(entry === undefined ? {} : { entry }),
        clause: index * LONGEST_FIELD + clauses.findIndex((clauseEnd) => range.start < clauseEnd),
      };
    });
  });
}

/** The part of a field that is looked at. */
export function lookedAt(ticket: Ticket, field: TicketRange['field']): string {
  return (ticket[field] ?? '').slice(0, LONGEST_FIELD);
}

function entriesIn(occurrences: readonly Occurrence[]): Occurrence[] {
  return occurrences.filter(({ entry }) => entry !== undefined);
}

interface UnknownWordsOptions {
  readonly occurrences: readonly Occurrence[];
  /** Folded. */
  readonly place: string;
  readonly concepts: Concepts;
  readonly words: Segment;
}

/** What is said besides the entries of the lexicon and what says nothing. */
function unknownWords(
  folded: string,
  { occurrences, place, concepts, words }: UnknownWordsOptions,
): Occurrence[] {
  let unknown = without(folded, entriesIn(occurrences));
  unknown = without(unknown, placeMentions(unknown, place));
  unknown = without(unknown, particulars(unknown));
  unknown = without(unknown, occurrences);
  return words(unknown, (word) => concepts.isStopWord(word)).map((range) => ({ ...range, entry: undefined }));
}

/** The text with these parts made unreadable, all else in its place. */
function without(text: string, ranges: readonly TextRange[]): string {
  let left = '';
  for (const { start, end } of [...ranges].sort((a, b) => a.start - b.start)) {
    if (end <= left.length) continue;
    left += text.slice(left.length, start);
    left += KNOWN.repeat(end - left.length);
  }
  return left + text.slice(left.length);
}

/** Where clauses end: sentences, and within these the parts between commas. */
function clauseEnds(text: string): number[] {
  return splitSentences(text).flatMap(({ start, end }) => {
    const commas = Array.from(
      text.slice(start, end).matchAll(/[，,、：:]/g),
      ({ index }) => start + index + 1,
    );
    return [...commas, end];
  });
}
