import type { Ticket } from '../tickets/ticket.ts';

/**
 * What the model reads of the ticket on screen: its title, then its text. Ids, names, places and dates stay out:
 * they make two cases look alike that only share an address.
 */
export function queryText(ticket: Ticket): string {
  return titleAndText(ticket);
}

/** What the model reads of a past ticket: the report alone. How it was handled must not decide what it resembles. */
export function documentText(ticket: Ticket): string {
  return titleAndText(ticket);
}

/**
 * The leading part of a text that fits a token budget, by proportion: tokens and characters are taken to be spread
 * evenly, with a tenth to spare. Never empty, never half a surrogate pair.
 * @param tokens what the whole text takes; `limit` what it may take.
 */
export function shortenedText(text: string, tokens: number, limit: number): string {
  const characters = Array.from(text);
  const fits = tokens > 0 && limit > 0 && limit < tokens ? (limit / tokens) * 0.9 : 0.5;
  return characters.slice(0, Math.max(1, Math.floor(characters.length * fits))).join('');
}

function titleAndText(ticket: Ticket): string {
  const title = (ticket.title ?? '').trim();
  const text = (ticket.text ?? '').trim();
  // Many systems fill the title with the first words of the text: reading them twice only costs time.
  if (title === '' || text.startsWith(title)) return text;
  return text === '' ? title : `${title}\n${text}`;
}
