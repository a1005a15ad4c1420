const DAY = 86_400_000;
/** The hotline's clock. */
const ZONE = '+08:00';

/** The calendar day of an ISO 8601 date as it is written, counted from 1970. */
export function dayOf(date: string): number {
  return Date.parse(`${date.slice(0, 10)}T00:00:00Z`) / DAY;
}

/** Today's day in the hotline's time zone, counted from 1970. */
export function today(now: Date): number {
  return Math.floor((now.getTime() - Date.parse(`1970-01-01T00:00:00${ZONE}`)) / DAY);
}

/** A copy of JSON data in which every string that is an ISO 8601 date lies `days` later, at the same time of day. */
export function shiftDates<T>(value: T, days: number): T {
  return JSON.parse(JSON.stringify(value), (_, item: unknown) => (isDate(item) ? shift(item, days) : item));
}

/** Every ISO 8601 date in JSON data. */
export function datesIn(value: unknown): string[] {
  if (isDate(value)) return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(datesIn);
}

function shift(date: string, days: number): string {
  return new Date((dayOf(date) + days) * DAY).toISOString().slice(0, 10) + date.slice(10);
}

function isDate(value: unknown): value is string {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d)?)?$/.test(value);
}
