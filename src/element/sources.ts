import { CaseMatcherError } from '../errors.ts';
import { queryText } from '../matching/index.ts';
import {
  type CandidateSource,
  fetchTicket,
  listSource,
  parseTicket,
  parseTickets,
  restSource,
  type Ticket,
} from '../tickets/index.ts';
import type { KeptSourceOptions } from '../tickets/kept-source.ts';

/** What the host says of the ticket on screen and of past ones. */
export interface Given {
  readonly ticket: Ticket | undefined;
  readonly ticketId: string | undefined;
  readonly query: string | undefined;
  readonly ticketApi: string | undefined;
  readonly api: string | undefined;
  readonly source: CandidateSource | undefined;
  readonly candidates: readonly Ticket[] | undefined;
  readonly keepCandidates: boolean | undefined;
}

/** The ticket on screen, or how to get it. */
export type ChosenTicket =
  | { readonly ticket: Ticket; readonly fetch?: never }
  | { readonly fetch: (signal: AbortSignal) => Promise<Ticket> };

/** The ticket to work on: `ticket`, else `query`, else the one fetched by its id. Undefined where none has any text. */
export function chosenTicket(given: Given): ChosenTicket | undefined {
  const { ticket, query, ticketId, ticketApi } = given;
  if (ticket) {
    const checked = checkedTicket(ticket);
    return checked && queryText(checked) !== '' ? { ticket: checked } : undefined;
  }
  if (query?.trim()) return { ticket: { id: ticketId ?? '', text: query } };
  if (!ticketId || !ticketApi) return undefined;
  return { fetch: (signal) => fetchTicket({ url: ticketApi, id: ticketId, signal }) };
}

/**
 * Where past tickets come from: `source`, else `candidates`, else `api`.
 * @param onKept called when they are kept ones: see `keptSource`.
 */
export function chosenSource(given: Given, onKept: (at: Date, error: unknown) => void): CandidateSource {
  const { source, candidates, api, keepCandidates } = given;
  const kept = (asked: CandidateSource, name: string): CandidateSource =>
    keepCandidates ? keptLazily(asked, { name, onKept }) : asked;
  if (source) {
    return kept(
      { find: async (ticket, options) => parseTickets(await source.find(ticket, options)) },
      'source',
    );
  }
  if (candidates) return listSource(candidates);
  if (api) return kept(restSource({ url: api }), api);
  throw new CaseMatcherError('invalid-input', { field: 'source', reason: 'missing' });
}

/** What keeps candidates is a file of its own, since few hosts ask for it; without that file nothing is kept. */
function keptLazily(asked: CandidateSource, options: KeptSourceOptions): CandidateSource {
  return {
    async find(...about) {
      const module = await import('../tickets/kept-source.ts').catch(() => undefined);
      return (module?.keptSource(asked, options) ?? asked).find(...about);
    },
  };
}

/** A host's object as a ticket. Unlike a past one, the ticket on screen may have no id yet. */
function checkedTicket(ticket: Ticket): Ticket | undefined {
  const checked = parseTicket({ ...ticket, id: ticket.id || 'new' });
  return checked && (ticket.id ? checked : { ...checked, id: '' });
}

/** Frameworks set equal objects again on every render: such a ticket must not start a new search. */
export function sameTicket(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (!isTicket(a) || !isTicket(b)) return false;
  return a.id === b.id && a.title === b.title && a.text === b.text;
}

/** Whether two lists hold the very same items in the same order. */
export function sameItems(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
  return a.every((item, index) => item === b[index]);
}

function isTicket(value: unknown): value is Ticket {
  return typeof value === 'object' && value !== null && 'id' in value && 'text' in value;
}
