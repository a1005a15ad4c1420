import type { Match } from '../../matching/index.ts';
import type { Ticket } from '../../tickets/ticket.ts';

/**
 * Two decimals, rounded down: 0.8499 must not read 0.85 beside the word for medium. The small addend undoes binary
 * fractions such as 0.29 · 100 = 28.999….
 */
export function formatScore(score: number): string {
  return (Math.floor(score * 100 + 1e-9) / 100).toFixed(2);
}

export function formatMegabytes(bytes: number): string {
  return String(Math.round(bytes / 1e6));
}

/** Whole days as they are, others with one decimal. */
export function formatDays(days: number): string {
  return String(Math.round(days * 10) / 10);
}

/** The date as the archive states it: no conversion, so that no time zone moves it to another day. */
export function formatDate(iso: string): string {
  return /^\d{4}-\d{2}-\d{2}/.exec(iso)?.[0] ?? '';
}

/** Day and minute, as the clock of this computer shows them. */
export function formatTime(date: Date, language: string): string {
  const how = { month: 'long', day: 'numeric', hour: '2-digit', minute: '2-digit' } as const;
  return new Intl.DateTimeFormat(language, how).format(date);
}

/** How many of these resemble the ticket enough to be worth a look. */
export function worthReusing(matches: readonly Match[]): number {
  return matches.filter(({ tier }) => tier === 'high' || tier === 'medium').length;
}

/** What a case is called on screen. */
export function titleOf({ ticket }: Match): string {
  return oneLine(ticket.title?.trim() || ticket.text.trim() || ticket.id);
}

/** The report without the title it often begins with. */
export function reportOf(ticket: Ticket): string {
  const text = ticket.text.trim();
  return ticket.title?.trim() ? text : '';
}

/** Text for a few lines of a card: archives are full of line breaks and wide blanks. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ');
}

/** The absolute address of a case, if it is one that a link may lead to. */
export function linkOf(ticket: Ticket): string | undefined {
  if (ticket.url === undefined) return undefined;
  try {
    const url = new URL(ticket.url, document.baseURI);
    return url.protocol === 'https:' || url.protocol === 'http:' ? url.href : undefined;
  } catch {
    return undefined;
  }
}
