import type { Ticket } from '../tickets/index.ts';
import type { Given } from './sources.ts';

/**
 * Whether all that changed of the element is that someone still writes the ticket on screen.
 * @param changed names of the changed properties, with the values before.
 */
export function isDrafting(changed: ReadonlyMap<PropertyKey, unknown>, now: Given): boolean {
  if (changed.size !== 1) return false;
  if (changed.has('ticket')) return isRevision(changed.get('ticket') as Ticket | undefined, now.ticket);
  if (!changed.has('query')) return false;
  const id = now.ticketId ?? '';
  return isRevision({ id, text: changed.get('query') as string }, { id, text: now.query as string });
}

/**
 * Whether `next` is `last` with its words changed, and not another ticket. One that has no id yet counts as the same
 * where at least half of the longer text was kept, at its beginning and its end together.
 */
export function isRevision(last: Ticket | undefined, next: Ticket | undefined): boolean {
  const [a, b] = [last?.text, next?.text];
  if (typeof a !== 'string' || typeof b !== 'string' || (last?.id || '') !== (next?.id || '')) return false;
  if (next?.id) return true;
  const [shorter, longer] = a.length < b.length ? [a, b] : [b, a];
  let start = 0;
  while (start < shorter.length && shorter[start] === longer[start]) start++;
  let end = 0;
  while (start + end < shorter.length && fromEnd(shorter, end) === fromEnd(longer, end)) end++;
  return (start + end) * 2 >= longer.length;
}

function fromEnd(text: string, index: number): string | undefined {
  return text[text.length - 1 - index];
}
