const DAY = 86_400_000;
const OFFSET = 8 * 3_600_000;

/**
 * The last day, counted from 1970 in the hotline's time zone, of a limit in working days: Monday to Friday. Public
 * holidays are not known here.
 */
export function dueDay(createdAt: string, limitDays: number): number {
  let day = dayOf(Date.parse(createdAt));
  for (let left = limitDays; left > 0; ) {
    day += 1;
    if (isWorkday(day)) left -= 1;
  }
  return day;
}

/** Working days from today to the due day; below zero when it is past. */
export function workdaysLeft(due: number, now: Date): number {
  const today = dayOf(now.getTime());
  let left = 0;
  for (let day = today; day < due; day++) if (isWorkday(day + 1)) left += 1;
  for (let day = due; day < today; day++) if (isWorkday(day + 1)) left -= 1;
  return left;
}

/** A counted day as a date at noon UTC, for formatting. */
export function dateOfDay(day: number): Date {
  return new Date((day + 0.5) * DAY);
}

function dayOf(time: number): number {
  return Math.floor((time + OFFSET) / DAY);
}

/** Day 0 was a Thursday. */
function isWorkday(day: number): boolean {
  const weekday = (day + 4) % 7;
  return weekday !== 0 && weekday !== 6;
}
