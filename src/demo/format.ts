import type { Language } from './messages.ts';

/** Date and time on the hotline's clock. */
export function formatTime(language: Language, iso: string): string {
  return new Intl.DateTimeFormat(language, {
    timeZone: 'Asia/Shanghai',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    ...(iso.includes('T') ? { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } : {}),
  }).format(new Date(iso));
}

/** Only the time if it is today's, else only the day. */
export function formatShort(language: Language, iso: string, now: Date): string {
  const day = (date: Date): string => format(language, date, { month: 'numeric', day: 'numeric' });
  const date = new Date(iso);
  if (day(date) !== day(now)) return day(date);
  return format(language, date, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
}

export function formatDay(language: Language, date: Date): string {
  return format(language, date, { month: 'numeric', day: 'numeric', weekday: 'short' });
}

function format(language: Language, date: Date, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(language, { timeZone: 'Asia/Shanghai', ...options }).format(date);
}
