import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createTicketApi } from '../../src/demo/api/api.ts';

const api = createTicketApi({
  archiveUrl: new URL('./archive.fixture.jsonl', import.meta.url),
  queueUrl: new URL('./queue.fixture.json', import.meta.url),
});
const server = createServer((request, response) => api(request, response, () => response.end('the page')));
let origin = '';

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const get = (path: string, init?: RequestInit) => fetch(`${origin}${path}`, init);
const post = (body: string) => get('/api/tickets/search', { method: 'POST', body });

async function refusal(answer: Promise<Response>): Promise<unknown> {
  const response = await answer;
  expect(response.headers.get('content-type')).toMatch(/^application\/json/);
  return [response.status, ((await response.json()) as { error: unknown }).error];
}

async function ids(answer: Promise<Response>): Promise<string[]> {
  const response = await answer;
  expect(response.status).toBe(200);
  return ((await response.json()) as { tickets: { id: string }[] }).tickets.map(({ id }) => id);
}

describe('the ticket API', () => {
  it('serves the queue as JSON that nothing caches', async () => {
    const response = await get('/api/tickets');
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await ids(Promise.resolve(response))).toEqual(['Q1', 'Q2']);
  });

  it('serves one ticket, open or past', async () => {
    for (const id of ['Q1', 'P1', '../P4']) {
      expect(await (await get(`/api/tickets/${encodeURIComponent(id)}`)).json()).toMatchObject({ id });
    }
  });

  it('searches by GET and by POST', async () => {
    expect(await ids(get('/api/tickets/search?q=%E5%81%9C%E8%BD%A6&limit=1'))).toEqual(['../P4']);
    expect(await ids(post('{"query":"停车"}'))).toEqual(['../P4', 'P3']);
    expect(await ids(post('{"query":"停车","limit":9999,"id":"../P4","category":[]}'))).toEqual(['P3']);
    expect(await ids(post('{"query":""}'))).toEqual([]);
  });

  it('never serves the labels of the archive', async () => {
    for (const path of ['', '/P1', '/search?q=%E5%81%9C%E8%BD%A6']) {
      expect(await (await get(`/api/tickets${path}`)).text()).not.toContain('kind');
    }
  });

  it('answers 404 as JSON for what is not there', async () => {
    expect(await refusal(get('/api/tickets/P9'))).toEqual([404, 'no-such-ticket']);
    for (const path of ['/api', '/api/', '/api/users', '/api/tickets/P1/steps']) {
      expect(await refusal(get(path))).toEqual([404, 'not-found']);
    }
  });

  it('answers 400 for requests that it cannot read', async () => {
    expect(await refusal(get('/api/tickets/search'))).toEqual([400, 'query-missing']);
    expect(await refusal(get('/api/tickets/%E0%A4'))).toEqual([400, 'id-invalid']);
    for (const limit of ['0', '-1', '1.5', 'x', '']) {
      expect(await refusal(get(`/api/tickets/search?q=a&limit=${limit}`))).toEqual([400, 'limit-invalid']);
    }
    expect(await refusal(post('{"query":'))).toEqual([400, 'body-is-not-json']);
    for (const body of ['null', '[]', '{"query":5}'])
      expect(await refusal(post(body))).toEqual([400, 'query-missing']);
  });

  it('answers 405 and what is allowed for other methods', async () => {
    const response = await get('/api/tickets/P1', { method: 'DELETE' });
    expect(response.headers.get('allow')).toBe('GET, HEAD');
    expect(await refusal(Promise.resolve(response))).toEqual([405, 'method-not-allowed']);
    expect((await get('/api/tickets', { method: 'HEAD' })).status).toBe(200);
  });

  it('answers 413 for a body that is too large', async () => {
    expect(await refusal(post(JSON.stringify({ query: '停'.repeat(1_000_000) })))).toEqual([
      413,
      'body-too-large',
    ]);
  });

  it('leaves every other path to the page', async () => {
    for (const path of ['/', '/apis', '/models/demo/manifest.json']) {
      expect(await (await get(path)).text()).toBe('the page');
    }
  });

  it('logs nothing', async () => {
    const written = [vi.spyOn(process.stdout, 'write'), vi.spyOn(process.stderr, 'write')];
    await post('{"query":"绝密"}');
    await post('{"query":"绝密');
    for (const spy of written) {
      expect(JSON.stringify(spy.mock.calls)).not.toContain('绝密');
      spy.mockRestore();
    }
  });

  it('answers 500 as JSON while the archive is missing', async () => {
    const missing = createTicketApi({
      archiveUrl: new URL('./missing.jsonl', import.meta.url),
      queueUrl: new URL('./queue.fixture.json', import.meta.url),
    });
    const broken = createServer((request, response) => missing(request, response, () => response.end()));
    await new Promise<void>((resolve) => broken.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(broken.address() as AddressInfo).port}/api/tickets`;
    expect(await refusal(fetch(url))).toEqual([500, 'internal']);
    await new Promise((resolve) => broken.close(resolve));
  });
});
