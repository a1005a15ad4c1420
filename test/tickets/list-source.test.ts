import { describe, expect, it } from 'vitest';
import { listSource } from '../../src/tickets/index.ts';

const ticket = { id: '1', text: '本件' };
const given = [{ id: '3', text: 'c' }, { id: '1', text: 'self' }, { id: '2' }, { id: '3', text: 'd' }];

describe('candidates that the host has at hand', () => {
  it('keep their order, without the ticket on screen and what is no ticket', async () => {
    const { signal } = new AbortController();
    expect(await listSource(given).find(ticket, { limit: 50, signal })).toEqual([given[0], given[3]]);
    expect(await listSource(given).find(ticket, { limit: 1, signal })).toEqual([given[0]]);
  });

  it('reject with the reason once aborted', async () => {
    const stop = new AbortController();
    stop.abort('gone');
    await expect(listSource(given).find(ticket, { limit: 1, signal: stop.signal })).rejects.toBe('gone');
  });
});
