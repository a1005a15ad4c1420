import { describe, expect, it, vi } from 'vitest';
import { CaseMatcherError } from '../../src/errors.ts';
import { hasNoAnswer, isTransient, retryAfter, retrying } from '../../src/weights/retry.ts';
import { hurry } from './hurry.ts';

hurry();
const { signal } = new AbortController();
const http = (status: number, retryAfterSeconds?: number): CaseMatcherError =>
  new CaseMatcherError('http', {
    status,
    ...(retryAfterSeconds === undefined ? {} : { retryAfter: retryAfterSeconds }),
  });
const network = new CaseMatcherError('network');

/** An attempt that fails so many times. */
function failing(times: number, error: unknown = network) {
  return vi.fn(async () => {
    if (times-- > 0) throw error;
    return 'done';
  });
}

describe('what is tried again', () => {
  it.each([network, http(429), http(500), http(503)])('%s', async (error) => {
    const attempt = failing(3, error);
    expect(await retrying(attempt, { signal })).toBe('done');
    expect(attempt).toHaveBeenCalledTimes(4);
  });

  it.each([
    http(403),
    http(404),
    new CaseMatcherError('integrity'),
    new CaseMatcherError('timeout'),
    new TypeError(),
  ])('not %s', async (error) => {
    const attempt = failing(1, error);
    await expect(retrying(attempt, { signal })).rejects.toBe(error);
    expect(attempt).toHaveBeenCalledTimes(1);
  });

  it('not for ever', async () => {
    const attempt = failing(99);
    await expect(retrying(attempt, { signal })).rejects.toBe(network);
    expect(attempt).toHaveBeenCalledTimes(6);
  });

  it('as often as it takes while it gets on', async () => {
    let reached = 0;
    const attempt = vi.fn(async () => {
      if (++reached < 20) throw network;
    });
    await retrying(attempt, { signal, reached: () => reached });
    expect(attempt).toHaveBeenCalledTimes(20);
  });

  it('not where the server wants to be left alone for longer than an agent waits', async () => {
    const attempt = failing(1, http(503, 3600));
    await expect(retrying(attempt, { signal })).rejects.toMatchObject({ details: { retryAfter: 3600 } });
    expect(attempt).toHaveBeenCalledTimes(1);
  });

  it('not after an abort, which ends the waiting at once', async () => {
    const controller = new AbortController();
    const attempt = failing(9, http(429, 100));
    const waiting = retrying(attempt, controller);
    await vi.waitFor(() => expect(attempt).toHaveBeenCalled());
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
    expect(attempt).toHaveBeenCalledTimes(1);
  });
});

it('Retry-After is a number of seconds or a date', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  const after = (value?: string) =>
    retryAfter(new Headers(value === undefined ? {} : { 'retry-after': value }), now);
  expect(after()).toBe(undefined);
  expect(after('120')).toBe(120);
  expect(after('Thu, 01 Jan 2026 00:00:30 GMT')).toBe(30);
  expect(after('Wed, 31 Dec 2025 00:00:00 GMT')).toBe(0);
  expect(after('soon')).toBe(undefined);
});

it('no answer is a network that is away, and a server that is busy, unwell or silent', () => {
  for (const error of [network, http(429), http(502), new CaseMatcherError('timeout')]) {
    expect(hasNoAnswer(error)).toBe(true);
  }
  expect(hasNoAnswer(http(404))).toBe(false);
  expect(isTransient(new CaseMatcherError('timeout'))).toBe(false);
});
