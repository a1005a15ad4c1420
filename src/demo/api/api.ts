import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Archive, type ArchiveTicket, openArchive, openQueue } from './archive.ts';

export interface TicketApiOptions {
  /** Past tickets as JSON Lines. */
  readonly archiveUrl: URL;
  /** Open tickets as a JSON array. */
  readonly queueUrl: URL;
}

/** A handler in connect's style: calls `next` for whatever is not below /api/. */
export type TicketApi = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;

const MAX_BODY_BYTES = 64 * 1024;
const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 200;

interface Stock {
  readonly archive: Archive;
  readonly queue: readonly ArchiveTicket[];
}

/** What a request is answered with when it is not a success. */
class Refusal {
  readonly status: number;
  readonly error: string;
  readonly headers: Readonly<Record<string, string>>;
  constructor(status: number, error: string, headers: Readonly<Record<string, string>> = {}) {
    this.status = status;
    this.error = error;
    this.headers = headers;
  }
}

/**
 * The demo desk's ticket system. Answers are JSON, errors `{"error": code}`. Nothing of a ticket is logged.
 *
 * - `GET /api/tickets` – the open queue
 * - `GET /api/tickets/:id` – one ticket, open or past
 * - `GET /api/tickets/search?q=…&limit=…&id=…` and `POST /api/tickets/search` with `{query, limit, id}` – past
 *   tickets, best first; `limit` is 50 by default and at most 200, `id` is left out of the answer
 */
export function createTicketApi(options: TicketApiOptions): TicketApi {
  let stock: Promise<Stock> | undefined;

  function open(): Promise<Stock> {
    stock ??= Promise.all([openArchive(options.archiveUrl), openQueue(options.queueUrl)]).then(
      ([archive, queue]) => ({ archive, queue }),
      (error: unknown) => {
        stock = undefined;
        throw error;
      },
    );
    return stock;
  }

  async function answer(request: IncomingMessage, url: URL): Promise<unknown> {
    const path = url.pathname.split('/').slice(2);
    if (path[0] !== 'tickets' || path.length > 2) throw new Refusal(404, 'not-found');
    if (path[1] === 'search') {
      allow(request, ['GET', 'HEAD', 'POST']);
      const { query, limit, id } = request.method === 'POST' ? await bodyOf(request) : queryOf(url);
      const except = id === undefined ? {} : { except: id };
      const { archive } = await open();
      return { tickets: archive.search(query, { limit, ...except }) };
    }
    allow(request, ['GET', 'HEAD']);
    const { archive, queue } = await open();
    if (path[1] === undefined) return { tickets: queue };
    const id = decoded(path[1]);
    const ticket = queue.find((open) => open.id === id) ?? archive.get(id);
    if (ticket === undefined) throw new Refusal(404, 'no-such-ticket');
    return ticket;
  }

  return (request, response, next) => {
    const url = new URL(request.url ?? '/', 'http://desk.invalid');
    if (!/^\/api(\/|$)/.test(url.pathname)) return next();
    answer(request, url).then(
      (body) => send(response, 200, body),
      (error: unknown) => {
        const refusal = error instanceof Refusal ? error : new Refusal(500, 'internal');
        // Whoever is still sending a body hears the answer only once it has been taken.
        request.resume();
        send(response, refusal.status, { error: refusal.error }, refusal.headers);
      },
    );
  };
}

function send(response: ServerResponse, status: number, body: unknown, headers = {}): void {
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...headers,
  });
  response.end(JSON.stringify(body));
}

function allow(request: IncomingMessage, methods: readonly string[]): void {
  if (methods.includes(request.method ?? '')) return;
  throw new Refusal(405, 'method-not-allowed', { allow: methods.join(', ') });
}

interface SearchRequest {
  readonly query: string;
  readonly limit: number;
  readonly id?: string;
}

function queryOf(url: URL): SearchRequest {
  const limit = url.searchParams.get('limit');
  return searchRequest({
    query: url.searchParams.get('q'),
    limit: limit === null ? undefined : Number(limit || Number.NaN),
    id: url.searchParams.get('id'),
  });
}

async function bodyOf(request: IncomingMessage): Promise<SearchRequest> {
  const parts: Buffer[] = [];
  let size = 0;
  // Leaving a loop over the request itself would destroy the connection before the answer.
  for await (const part of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += part.byteLength;
    if (size > MAX_BODY_BYTES) throw new Refusal(413, 'body-too-large');
    parts.push(part);
  }
  try {
    return searchRequest(JSON.parse(Buffer.concat(parts).toString('utf8')));
  } catch (error) {
    throw error instanceof Refusal ? error : new Refusal(400, 'body-is-not-json');
  }
}

function searchRequest(value: unknown): SearchRequest {
  if (typeof value !== 'object' || value === null) throw new Refusal(400, 'query-missing');
  const { query, limit = DEFAULT_LIMIT, id } = value as Record<string, unknown>;
  if (typeof query !== 'string') throw new Refusal(400, 'query-missing');
  if (typeof limit !== 'number' || !Number.isInteger(limit) || limit < 1)
    throw new Refusal(400, 'limit-invalid');
  return { query, limit: Math.min(limit, MAX_LIMIT), ...(typeof id === 'string' ? { id } : {}) };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new Refusal(400, 'id-invalid');
  }
}
