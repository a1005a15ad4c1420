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
    async find(ticket, { limit, signal }) {
      if (signal.aborted) throw abortReason(signal);
      return tickets.filter(({ id }) => id !== ticket.id).slice(0, limit);
    },
  };
}
