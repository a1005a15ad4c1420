import { present } from '../tickets/present.ts';
import type { Satisfaction, Solved, Ticket } from '../tickets/ticket.ts';
import { daysTaken } from './days.ts';
import type { Match } from './merge.ts';

/** How a case ended; what is not known is absent. `unrated` is never stored as an opinion: it is absent too. */
export interface CaseResult {
  readonly solved?: Solved;
  readonly satisfaction?: Exclude<Satisfaction, 'unrated'>;
}

/** What the return visit says of a case. */
export function resultOf({ handling = {} }: Ticket): CaseResult {
  const { solved, satisfaction } = handling;
  return present({ solved, satisfaction: satisfaction === 'unrated' ? undefined : satisfaction });
}

/**
 * Compares two matches by how well they were handled, best first: solved (yes, partly, unknown, no), satisfaction
 * (satisfied, fairly, unknown or unrated, dissatisfied), within the limit (yes, unknown, no), fewer days (unknown
 * last), higher score (unscored last), then first-stage rank. A total order.
 */
export function byRating(a: Match, b: Match): number {
  const [left, right] = [ratingOf(a), ratingOf(b)];
  const at = left.findIndex((value, index) => value !== right[index]);
  return at < 0 ? 0 : (left[at] ?? 0) < (right[at] ?? 0) ? -1 : 1;
}

/** Smaller is better. */
function ratingOf({ ticket, score, firstStageRank }: Match): readonly number[] {
  const { solved, satisfaction } = resultOf(ticket);
  const days = daysTaken(ticket);
  const late = days === undefined || ticket.limitDays === undefined ? undefined : days > ticket.limitDays;
  return [
    ['yes', 'partly', undefined, 'no'].indexOf(solved),
    ['satisfied', 'fairly', undefined, 'dissatisfied'].indexOf(satisfaction),
    [false, undefined, true].indexOf(late),
    days ?? Number.POSITIVE_INFINITY,
    score === undefined ? Number.POSITIVE_INFINITY : -score,
    firstStageRank,
  ];
}
