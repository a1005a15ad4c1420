import { abortReason } from '../errors.ts';
import { parseTickets } from './parse-ticket.ts';
import type { CandidateSource } from './source.ts';

/**
 * Past tickets that the host has at hand, in its order. They pass through the same check as an API's answer:
 * entries that are no tickets are left out.
 */
export function listSource(candidates: readonly unknown[]): CandidateSource {
  const tickets = parseTickets(candidates);
  return {
    async find(ticket, { limit, signal, seen = [] }) {
      if (signal.aborted) throw abortReason(signal);
      return tickets.filter((past) => past.id !== ticket.id && !seen.includes(past)).slice(0, limit);
    },
  };
}
