import type { Match } from '../../matching/index.ts';
import type { Handling, Ticket } from '../../tickets/ticket.ts';
import type { Messages } from '../locales/index.ts';

type Language = Pick<Messages, 'language'>;

/**
 * Two decimals, rounded down: 0.8499 must not read 0.85 beside the word for medium. The small addend undoes binary
 * fractions such as 0.29 · 100 = 28.999….
 */
export function formatScore(score: number, { language }: Language): string {
  const digits = { minimumFractionDigits: 2, maximumFractionDigits: 2 };
  return new Intl.NumberFormat(language, digits).format(Math.floor(score * 100 + 1e-9) / 100);
}

export function formatMegabytes(bytes: number): string {
  return String(Math.round(bytes / 1e6));
}

/** Two figures: more of them would flicker. */
export function formatRate(bytesPerSecond: number): string {
  const [value, unit] =
    bytesPerSecond < 1e6 ? [bytesPerSecond / 1e3, 'kB/s'] : [bytesPerSecond / 1e6, 'MB/s'];
  return `${Number(value.toPrecision(2))} ${unit}`;
}

/** A stretch of time as people say it. */
export interface RoundTime {
  readonly count: number;
  readonly unit: 'second' | 'minute' | 'hour';
}

/** In steps of five seconds, then of whole minutes and hours; never nothing while something is left. */
export function roundTime(seconds: number): RoundTime {
  if (seconds <= 57.5) return { count: Math.max(5, Math.round(seconds / 5) * 5), unit: 'second' };
  if (seconds < 90 * 60) return { count: Math.max(1, Math.round(seconds / 60)), unit: 'minute' };
  return { count: Math.round(seconds / 3600), unit: 'hour' };
}

/** Whole days as they are, others with one decimal. */
export function formatDays(days: number, { language }: Language): string {
  return new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(days);
}

/** The date as the archive states it: no conversion, so that no time zone moves it to another day. */
export function formatDate(iso: string, { language }: Language): string {
  const day = /^\d{4}-\d{2}-\d{2}/.exec(iso)?.[0];
  if (day === undefined) return '';
  const style = { year: 'numeric', month: language === 'en' ? 'short' : '2-digit', day: '2-digit' } as const;
  return new Intl.DateTimeFormat(language, { ...style, timeZone: 'UTC' }).format(new Date(day));
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

/** How a case was handled, as text to take over: the reply, else the steps. Empty where neither is on record. */
export function disposalOf({ handling }: Ticket): string {
  return handling?.reply?.trim() || pathOf(handling).join('；');
}

/** What was done, step by step. */
export function pathOf(handling: Handling | undefined): readonly string[] {
  return (handling?.steps ?? []).map(({ action }) => oneLine(action.trim()));
}
