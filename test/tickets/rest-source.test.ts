import { describe, expect, it } from 'vitest';
import { CaseMatcherError } from '../../src/errors.ts';
import { fetchTicket, restSource, type Ticket } from '../../src/tickets/index.ts';
import { answering, serve } from './ticket-server.ts';

const ticket: Ticket = {
  id: '7/7',
  title: '电梯停运',
  text: '绝密内容 {id} & 三天',
  category: ['住建', '电梯'],
};
const tickets = [
  { id: 'a', text: '一' },
  { id: '7/7', text: '自己' },
  { id: 'a', text: '二' },
  { id: 'b', text: '三' },
];
const signal = new AbortController().signal;

async function failure(promise: Promise<unknown>): Promise<CaseMatcherError> {
  const error = await promise.then(
    () => expect.unreachable(),
    (reason: unknown) => reason,
  );
  if (!(error instanceof CaseMatcherError)) throw error;
  for (const text of [JSON.stringify(error.details), error.message, String(error.cause)]) {
    expect(text).not.toMatch(/绝密|%E7%BB%9D/);
  }
  return error;
}

describe('the request', () => {
  it('is a POST that keeps ticket text out of the URL where the template has no {query}', async () => {
    const server = await serve(answering({ tickets }));
    await restSource({ url: `${server.url}/search?n={limit}` }).find(ticket, { limit: 9, signal });
    const [request] = server.requests;
    expect(request).toMatchObject({ method: 'POST', url: '/search?n=9' });
    expect(JSON.parse(request?.body ?? '')).toEqual({
      query: '电梯停运\n绝密内容 {id} & 三天',
      limit: 9,
      id: '7/7',
      category: ['住建', '电梯'],
    });
  });

  it('is a GET with every placeholder encoded, filled once, and the text cut', async () => {
    const server = await serve(answering(tickets));
    const source = restSource({ url: `${server.url}/s/{id}?q={query}&n={limit}&c={category}` });
    await source.find(ticket, { limit: 9, signal });
    await source.find({ id: '1', text: '😀'.repeat(5000) }, { limit: 9, signal });
    const [first, second] = server.requests.map(({ url }) => new URL(url, server.url));
    expect(first?.pathname).toBe('/s/7%2F7');
    expect(Object.fromEntries(first?.searchParams ?? [])).toEqual({
      q: '电梯停运\n绝密内容 {id} & 三天',
      n: '9',
      c: '住建/电梯',
    });
    expect(second?.searchParams.get('q')).toHaveLength(500);
    expect(server.requests[0]?.method).toBe('GET');
  });

  it('carries the given headers and goes through the given fetch', async () => {
    const seen: RequestInit[] = [];
    const fetch = async (_: unknown, init: RequestInit = {}) => {
      seen.push(init);
      return new Response('[]');
    };
    const headers = { 'x-csrf-token': 't' };
    await restSource({ url: '/s', fetch, headers, credentials: 'include' }).find(ticket, {
      limit: 9,
      signal,
    });
    expect(seen[0]).toMatchObject({ headers, credentials: 'include', method: 'POST' });
  });
});

describe('the answer', () => {
  it('keeps its order and its duplicates, without the ticket on screen, up to the limit', async () => {
    const server = await serve(answering({ tickets }));
    const source = restSource({ url: server.url });
    expect((await source.find(ticket, { limit: 50, signal })).map(({ text }) => text)).toEqual([
      '一',
      '二',
      '三',
    ]);
    expect(await source.find(ticket, { limit: 2, signal })).toHaveLength(2);
  });

  it('may be empty, or JSON served as text/html', async () => {
    const empty = await serve(answering({ results: [] }));
    expect(await restSource({ url: empty.url }).find(ticket, { limit: 5, signal })).toEqual([]);
    const legacy = await serve(answering({ code: 0, data: tickets }, 200, 'text/html'));
    expect(await restSource({ url: legacy.url }).find(ticket, { limit: 5, signal })).toHaveLength(3);
  });
});

describe('a fault', () => {
  const find = (url: string, timeoutSeconds = 20) =>
    failure(restSource({ url: `${url}/s?q={query}`, timeoutSeconds }).find(ticket, { limit: 5, signal }));

  it('is http with the status when the server says 500', async () => {
    const server = await serve(answering({ error: '绝密内容' }, 500));
    const error = await find(server.url);
    expect(error).toMatchObject({ code: 'http', details: { url: `${server.url}/s`, status: 500 } });
  });

  it.each([
    ['html', '<!doctype html><p>绝密内容'],
    ['json', '{"tickets":[绝密内容'],
    ['json', ''],
    ['no-list', '{}'],
    ['no-list', 'null'],
    ['no-tickets', '{"tickets":[9,10,11]}'],
  ])('is invalid-response/%s when it answers %s', async (reason, body) => {
    const server = await serve(answering(body));
    const error = await find(server.url);
    expect(error).toMatchObject({ code: 'invalid-response', details: { url: `${server.url}/s`, reason } });
  });

  it('is invalid-response/login when it redirects to a login page', async () => {
    const server = await serve((request, response) => {
      if (request.url === '/login') answering('<html>login', 200, 'text/html')(request, response);
      else response.writeHead(302, { location: '/login' }).end();
    });
    expect(await find(server.url)).toMatchObject({ code: 'invalid-response', details: { reason: 'login' } });
  });

  it('is network when nobody listens, or the body breaks off', async () => {
    expect(await find('http://127.0.0.1:1')).toMatchObject({ code: 'network' });
    const server = await serve((_, response) => {
      response.writeHead(200, { 'content-length': 1000 }).write('{"tickets":');
      setTimeout(() => response.destroy(), 20);
    });
    expect(await find(server.url)).toMatchObject({ code: 'network', details: { url: `${server.url}/s` } });
  });

  it('is timeout when the server says nothing, or never finishes', async () => {
    const silent = await serve(() => {});
    expect(await find(silent.url, 0.1)).toMatchObject({ code: 'timeout', details: { seconds: 0.1 } });
    const endless = await serve((_, response) => void response.writeHead(200).write('{"tickets":'));
    expect(await find(endless.url, 0.1)).toMatchObject({ code: 'timeout' });
  });
});

describe('aborting', () => {
  it('rejects with the reason, before and during the request, even if fetch ignores the signal', async () => {
    const server = await serve(() => {});
    const reason = new Error('another ticket');
    const deaf = () => new Promise<Response>(() => {});
    for (const options of [{ url: server.url }, { url: server.url, fetch: deaf }]) {
      const stop = new AbortController();
      const found = restSource(options).find(ticket, { limit: 5, signal: stop.signal });
      stop.abort(reason);
      await expect(found).rejects.toBe(reason);
      await expect(restSource(options).find(ticket, { limit: 5, signal: stop.signal })).rejects.toBe(reason);
    }
  });
});

describe('one ticket by its id', () => {
  it('is read from the bare object or from a list', async () => {
    for (const body of [tickets[0], { results: tickets }]) {
      const server = await serve(answering(body));
      const found = await fetchTicket({ url: `${server.url}/t/{id}`, id: 'a b', signal });
      expect(found).toEqual({ id: 'a', text: '一' });
      expect(server.requests[0]).toMatchObject({ method: 'GET', url: '/t/a%20b' });
    }
  });

  it('is an error when there is none', async () => {
    const missing = await serve(answering({}, 404));
    const none = fetchTicket({ url: `${missing.url}/t/{id}`, id: 'a', signal });
    expect(await failure(none)).toMatchObject({ code: 'http', details: { url: `${missing.url}/t/{id}` } });
    const empty = await serve(answering({ tickets: [] }));
    const nothing = fetchTicket({ url: `${empty.url}/t/{id}`, id: 'a', signal });
    expect(await failure(nothing)).toMatchObject({
      code: 'invalid-response',
      details: { reason: 'no-ticket' },
    });
  });
});
