import { terms } from '../terms.ts';
import { dayNumber } from './days.ts';
import { documentText } from './document-text.ts';
import { dice, plain } from './likeness.ts';
import type { Match } from './merge.ts';
import { compareSites, type Place, parsePlace } from './place.ts';

/** A match that is shown, and those that say the same and wait behind it. */
export interface FoldedMatch {
  /** The best-ranked of them. */
  readonly match: Match;
  /** In their order; empty for most. */
  readonly folded: readonly Match[];
}

/** Two texts of which so large a part of the terms is common differ in a word or two. Dice coefficient. */
const REWORDED = 0.8;
/**
 * What two reports of one event have in common apart from the place. On the demo archive two reports from one site within
 * two weeks reach it only where they are about the same problem, though people word it very differently.
 */
const SAME_EVENT = 0.15;
const SAME_EVENT_DAYS = 14;
/** What the model finds alike it scores alike. */
const SCORES_APART = 0.1;

/**
 * The matches in their order with near-duplicates folded behind the best of them; none is lost. Two are near-duplicates
 * where one of these holds:
 *
 * - **the same text**, apart from blanks, punctuation and the width and case of letters;
 * - **reworded**: the Dice coefficient of their terms is at least 0.8, they name the same numbers, and their places do
 *   not differ;
 * - **the same event**: both are of tier high or medium, from the same site ({@link compareSites}), received at most 14
 *   days apart, not of different categories, and the Dice coefficient of their terms without those of the place is at
 *   least 0.15.
 *
 * The last two also need scores at most 0.1 apart (`reworded`: where there are scores). Each folded one is a
 * near-duplicate of the one shown itself, so that chains (a like b, b like c, but a unlike c) swallow nothing. Depends on
 * the ranks alone, not on the order in the array.
 */
export function foldNearDuplicates(matches: readonly Match[]): readonly FoldedMatch[] {
  const shown: { readonly report: Report; readonly folded: Match[] }[] = [];
  for (const match of [...matches].sort((a, b) => a.rank - b.rank)) {
    const report = reportOf(match);
    const alike = shown.find((one) => isNearDuplicate(one.report, report));
    if (alike) alike.folded.push(match);
    else shown.push({ report, folded: [] });
  }
  return shown.map(({ report, folded }) => ({ match: report.match, folded }));
}

/** A match as it is compared. */
interface Report {
  readonly match: Match;
  readonly plain: string;
  readonly terms: ReadonlySet<string>;
  /** `terms` without those of its own place. */
  readonly matter: ReadonlySet<string>;
  readonly numbers: string;
  readonly place: Place | undefined;
  /** See {@link dayNumber}; NaN where it is not known, which is near to no day. */
  readonly day: number;
  readonly category: string | undefined;
}

function reportOf(match: Match): Report {
  const { ticket } = match;
  const text = documentText(ticket);
  const all = new Set(terms(text));
  const ofPlace = new Set(terms(ticket.place ?? ''));
  return {
    match,
    plain: plain(text),
    terms: all,
    matter: new Set([...all].filter((term) => !ofPlace.has(term))),
    numbers: [...new Set(text.normalize('NFKC').match(/\d+/g))].sort().join(' '),
    place: parsePlace(ticket.place),
    day: dayNumber(ticket.createdAt) ?? Number.NaN,
    category: ticket.category?.[ticket.category.length - 1],
  };
}

function isNearDuplicate(a: Report, b: Report): boolean {
  if (a.plain !== '' && a.plain === b.plain) return true;
  const sites = compareSites(a.place, b.place);
  if (sites === 'different' || scoresApart(a.match, b.match)) return false;
  if (a.numbers === b.numbers && dice(a.terms, b.terms) >= REWORDED) return true;
  return (
    sites === 'same' &&
    isAlikeEnough(a.match) &&
    isAlikeEnough(b.match) &&
    Math.abs(a.day - b.day) <= SAME_EVENT_DAYS &&
    (a.category ?? b.category) === (b.category ?? a.category) &&
    dice(a.matter, b.matter) >= SAME_EVENT
  );
}

function isAlikeEnough({ tier }: Match): boolean {
  return tier === 'high' || tier === 'medium';
}

/** The small addend lets 0.9 and 0.8, whose difference is 0.09999…98, be exactly 0.1 apart either way. */
function scoresApart(a: Match, b: Match): boolean {
  if (a.score === undefined || b.score === undefined) return false;
  return Math.abs(a.score - b.score) > SCORES_APART + 1e-9;
}
