import type { Ticket } from '../tickets/ticket.ts';

/** Days over one or more cases. */
export interface DaysRange {
  readonly least: number;
  readonly median: number;
  readonly most: number;
  /** How many cases state them. */
  readonly of: number;
}

/** The least, median and greatest of some days; undefined for none. */
export function daysRange(days: readonly number[]): DaysRange | undefined {
  const sorted = [...days].sort((a, b) => a - b);
  const [least, most] = [sorted[0], sorted[sorted.length - 1]];
  if (least === undefined || most === undefined) return undefined;
  const upper = sorted[Math.floor(sorted.length / 2)] ?? most;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? least;
  return { least, median: (lower + upper) / 2, most, of: sorted.length };
}

/**
 * The calendar day of an ISO 8601 date as it is written, counted from 1970: no conversion, so that no time zone moves it
 * to another day. Undefined where there is none.
 */
export function dayNumber(iso: string | undefined): number | undefined {
  const day = /^\d{4}-\d\d-\d\d/.exec(iso ?? '')?.[0];
  const milliseconds = Date.parse(`${day}T00:00:00Z`);
  return Number.isNaN(milliseconds) ? undefined : milliseconds / 86_400_000;
}

/** Calendar days from one date to a later one, by {@link dayNumber}; undefined where one is missing or they are swapped. */
export function daysBetween(from: string | undefined, to: string | undefined): number | undefined {
  const [start, end] = [dayNumber(from), dayNumber(to)];
  return start === undefined || end === undefined || end < start ? undefined : end - start;
}

/** Days that a case took: as its archive says, else from receipt to closing. */
export function daysTaken({ createdAt, handling }: Ticket): number | undefined {
  return handling?.days ?? daysBetween(createdAt, handling?.closedAt);
}

/** The calendar day of a moment in the local time zone, `YYYY-MM-DD`. */
export function localDay(date: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
