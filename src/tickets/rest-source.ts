import { CaseMatcherError } from '../errors.ts';
import { wellFormed } from '../well-formed.ts';
import { findList, parseTicket, parseTickets } from './parse-ticket.ts';
import { type RequestOptions, requestJson } from './request.ts';
import type { CandidateSource } from './source.ts';
import type { Ticket } from './ticket.ts';
import { fillUrl, urlName } from './url-template.ts';

/** Characters of the ticket that a first stage is asked with: URLs are short, and search engines limit clauses. */
const GET_QUERY_LENGTH = 500;
const POST_QUERY_LENGTH = 4000;

export interface RestSourceOptions extends RequestOptions {
  /** URL template with `{limit}`, `{id}`, `{category}` and, for GET, `{query}`. */
  readonly url: string;
}

/**
 * Past tickets from a REST API.
 *
 * A template without `{query}` is POSTed to, with `{query, limit, id, category}` as JSON: ticket text then stays
 * out of URLs and so out of the access logs of every proxy on the way. Prefer that; use GET with `{query}` only
 * where the API offers nothing else. In a URL, `{category}` is the levels joined by `/`.
 *
 * The ticket on screen is left out of the answer. Errors: those of the request, and `invalid-response` with
 * `details.reason` `no-list` (no list in the answer) or `no-tickets` (a list of other things). Their `details.url`
 * is the template without its query string.
 */
export function restSource(options: RestSourceOptions): CandidateSource {
  const get = options.url.includes('{query}');
  const name = urlName(options.url);
  return {
    async find(ticket, { limit, signal }) {
      const query = queryText(ticket, get ? GET_QUERY_LENGTH : POST_QUERY_LENGTH);
      const category = ticket.category ?? [];
      const url = fillUrl(options.url, {
        query,
        limit: String(limit),
        id: wellFormed(ticket.id),
        category: wellFormed(category.join('/')),
      });
      const body = get ? {} : { body: { query, limit, id: ticket.id, category } };
      const answer = await requestJson({ url, name, signal, ...body }, options);
      const list = findList(answer);
      if (list === undefined)
        throw new CaseMatcherError('invalid-response', { url: name, reason: 'no-list' });
      const tickets = parseTickets(list);
      if (list.length > 0 && tickets.length === 0) {
        throw new CaseMatcherError('invalid-response', { url: name, reason: 'no-tickets' });
      }
      return tickets.filter(({ id }) => id !== ticket.id).slice(0, limit);
    },
  };
}

export interface FetchTicketOptions extends RequestOptions {
  /** URL template with `{id}`. */
  readonly url: string;
  readonly id: string;
  readonly signal: AbortSignal;
}

/**
 * One ticket that is known only by its id. Accepts the ticket itself or a list of which it is the first. Errors as
 * for {@link restSource}; `details.reason` is `no-ticket` where the answer holds none.
 */
export async function fetchTicket(options: FetchTicketOptions): Promise<Ticket> {
  const name = urlName(options.url);
  const url = fillUrl(options.url, { id: wellFormed(options.id) });
  const answer = await requestJson({ url, name, signal: options.signal }, options);
  const ticket = parseTicket(answer) ?? parseTickets(answer)[0];
  if (ticket === undefined)
    throw new CaseMatcherError('invalid-response', { url: name, reason: 'no-ticket' });
  return ticket;
}

function queryText(ticket: Ticket, length: number): string {
  const { title, text } = ticket;
  const whole = title === undefined || text.startsWith(title) ? text : `${title}\n${text}`;
  return wellFormed(whole.slice(0, length));
}
