import { splitSentences } from '../sentences.ts';
import type { TextRange } from '../text-range.ts';
import type { Ticket } from '../tickets/ticket.ts';
import type { TicketRange } from './explanation.ts';
import { FoldedText, fold } from './folded-text.ts';
import type { Concepts } from './lexicon/concepts.ts';
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
  return (['title', 'text'] as const).flatMap((field, index) => {
    const original = lookedAt(ticket, field);
    const clauses = clauseEnds(original);
    return fieldMentions(original, place, concepts, words).map(({ start, end, entry, folded }) => ({
      field,
      start,
      end,
      id: entry?.key ?? folded,
      word: original.slice(start, end),
      ...(entry === undefined ? {} : { entry }),
      clause: index * LONGEST_FIELD + clauses.findIndex((clauseEnd) => start < clauseEnd),
    }));
  });
}

/** The part of a field that is looked at. */
export function lookedAt(ticket: Ticket, field: TicketRange['field']): string {
  return (ticket[field] ?? '').slice(0, LONGEST_FIELD);
}

interface FieldMention extends TextRange {
  readonly folded: string;
  readonly entry: LexiconEntry | undefined;
}

function fieldMentions(original: string, place: string, concepts: Concepts, words: Segment): FieldMention[] {
  const folded = new FoldedText(original);
  const { text } = folded;
  const occurrences = concepts.find(text);
  const known = occurrences.filter(({ entry }) => entry !== undefined);
  let unknown = without(text, known);
  unknown = without(unknown, placeMentions(unknown, place));
  unknown = without(unknown, particulars(unknown));
  unknown = without(
    unknown,
    occurrences.filter(({ entry }) => entry === undefined),
  );
  const others = words(unknown, (word) => concepts.isStopWord(word));
  return [...known, ...others.map((range) => ({ ...range, entry: undefined }))]
    .sort((a, b) => a.start - b.start)
    .map(({ start, end, entry }) => ({
      ...folded.original({ start, end }),
      folded: text.slice(start, end),
      entry,
    }));
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
