import type { Ticket } from '../tickets/ticket.ts';
import { queryText } from './document-text.ts';
import type { Widening, WideningCount } from './generalisation.ts';
import type { Concepts } from './lexicon/concepts.ts';
import type { LexiconEntry } from './lexicon/lexicon.ts';
import { knownMentionsOf, type Mention } from './mentions.ts';
import type { Match } from './merge.ts';

/** The key of the widening by the ticket's own category. */
export const CATEGORY = 'category';

/** More broad words than this describe no matter any more. */
const MOST_WIDENINGS = 4;
/** Characters that a first stage is asked with; URLs are short, and a search engine weighs each word the less. */
const SEARCH_LENGTH = 400;
/** Classes of entries that could be said of anything. */
const GENERAL: readonly string[] = ['通用', 'general'];

/** A ticket's matter in broader words. */
export interface Widened {
  /** Never empty. */
  readonly widenings: readonly Widening[];
  /** What a source is to be asked with: broader words and other wordings for a text, and the parent category. */
  readonly ticket: Ticket;
  /** What the model is to be asked with. */
  readonly query: string;
}

/**
 * The ticket's matter in the broader words of the lexicon, and by the parent of its category. What the lexicon knows as
 * a whole (电梯 and 卡顿 in one clause) goes before what it knows of the parts, and what belongs to a class before what
 * could be said of anything. Undefined where there is nothing broader.
 */
export function widen(ticket: Ticket, concepts: Concepts): Widened | undefined {
  const said = saidBy(ticket, concepts);
  const widenings: Widening[] = [];
  const found: LexiconEntry[] = [];
  for (const { entry, from, isPart } of said) {
    const broader = concepts.get(entry.broader);
    if (isPart || broader === undefined || widenings.some(({ to }) => to === broader.label)) continue;
    if (widenings.length === MOST_WIDENINGS) break;
    widenings.push({ key: entry.key, from, to: broader.label });
    found.push(broader);
  }
  const parents = ticket.category?.slice(0, -1) ?? [];
  const [narrowest, parent] = [ticket.category?.[parents.length], parents[parents.length - 1]];
  if (narrowest !== undefined && parent !== undefined) {
    widenings.push({ key: CATEGORY, from: narrowest, to: parent });
  }
  if (widenings.length === 0) return undefined;
  const broaderWords = found.flatMap((entry) => [entry, ...concepts.narrower(entry.key)]);
  const text = searchText([
    ...widenings.map(({ to }) => to),
    ...(narrowest === undefined ? [] : [narrowest]),
    ...said.flatMap(({ entry }) => wordings(entry)),
    ...broaderWords.flatMap(wordings),
  ]);
  return {
    widenings,
    ticket: { id: ticket.id, text, ...(parents.length > 0 ? { category: parents } : {}) },
    query: widenedQuery(ticket, widenings),
  };
}

/** What each widening brought: the new matches that say its broader thing, and how many of those are alike. */
export function countWidenings(
  widenings: readonly Widening[],
  matches: readonly Match[],
  concepts: Concepts,
): readonly WideningCount[] {
  const said = matches.map((match) => ({ match, entries: saidBy(match.ticket, concepts) }));
  return widenings.map(({ key, to }) => {
    const broader = concepts.get(key)?.broader;
    const saying = said.filter(({ match, entries }) =>
      key === CATEGORY
        ? match.ticket.category?.includes(to) === true
        : broader !== undefined && entries.some(({ entry }) => concepts.isWithin(entry, broader)),
    );
    const helped = saying.filter(({ match }) => match.tier !== undefined && match.tier !== 'low');
    return { key, found: saying.length, helped: helped.length };
  });
}

interface SaidEntry {
  readonly entry: LexiconEntry;
  /** In the ticket's own words. */
  readonly from: string;
  /** Whether a whole that is said as well is made of it: that is the narrower thing. */
  readonly isPart: boolean;
}

/** Entries that a ticket says, each once: wholes, then those of a class, then general ones, each in the text's order. */
function saidBy(ticket: Ticket, concepts: Concepts): SaidEntry[] {
  const mentions = knownMentionsOf(ticket, concepts);
  const single = new Map<LexiconEntry, string>();
  const whole = new Map<LexiconEntry, string>();
  const parts = new Set<string>();
  for (const clause of new Set(mentions.map((mention) => mention.clause))) {
    const inClause = mentions.filter((mention) => mention.clause === clause);
    for (const entry of concepts.compounds(new Set(inClause.map(({ id }) => id)))) {
      if (!whole.has(entry)) whole.set(entry, wordsFor(entry, inClause));
      for (const part of entry.parts ?? []) parts.add(part);
    }
    for (const { entry, word } of inClause) if (entry && !single.has(entry)) single.set(entry, word);
  }
  const of = (entries: ReadonlyMap<LexiconEntry, string>) =>
    [...entries].map(([entry, from]) => ({ entry, from, isPart: parts.has(entry.key) }));
  const isGeneral = ({ entry }: SaidEntry) => GENERAL.includes(entry.class);
  const singles = of(single);
  return [...of(whole), ...singles.filter((said) => !isGeneral(said)), ...singles.filter(isGeneral)];
}

/** 电梯 and 卡顿 as 电梯卡顿. */
function wordsFor({ parts = [] }: LexiconEntry, mentions: readonly Mention[]): string {
  return parts.map((part) => mentions.find(({ id }) => id === part)?.word ?? '').join('');
}

function wordings({ label, synonyms = [] }: LexiconEntry): readonly string[] {
  return [label, ...synonyms];
}

/** Words one after the other, each once, as many as there is room for. */
function searchText(words: readonly string[]): string {
  let text = '';
  for (const word of new Set(words)) {
    if (text.length + word.length + 1 > SEARCH_LENGTH) break;
    text = text === '' ? word : `${text} ${word}`;
  }
  return text;
}

/** The broader matter first, then the report: the model judges by both. */
function widenedQuery(ticket: Ticket, widenings: readonly Widening[]): string {
  return `${widenings.map(({ to }) => to).join('、')}\n${queryText(ticket)}`;
}
