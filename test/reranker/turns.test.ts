import { describe, expect, it } from 'vitest';
import { Turns } from '../../src/reranker/turns.ts';

const quiet = new AbortController().signal;
const caller = (urgency: () => number, signal = quiet) => ({ urgency, signal });

/** Works for so many runs, with a pause after each, and notes them. */
const runs = (name: string, count: number, log: string[]) => async (pause: () => Promise<void>) => {
  for (let i = 0; i < count; i++) {
    log.push(name);
    await pause();
  }
};

describe('turns', () => {
  it('are taken one after the other, in the order of arrival', async () => {
    const turns = new Turns();
    const log: string[] = [];
    await Promise.all(
      ['a', 'b', 'c'].map((name) =>
        turns.during(
          caller(() => 0),
          runs(name, 2, log),
        ),
      ),
    );
    expect(log.join('')).toBe('aabbcc');
  });

  it('are given up for a more urgent caller, and taken up again before those that came later', async () => {
    const turns = new Turns();
    const log: string[] = [];
    const a = turns.during(
      caller(() => 0),
      runs('a', 4, log),
    );
    const b = turns.during(
      caller(() => 0),
      runs('b', 1, log),
    );
    const urgent = turns.during(
      caller(() => 2),
      runs('U', 2, log),
    );
    await Promise.all([a, b, urgent]);
    expect(log.join('')).toBe('aUUaaab');
  });

  it('follow an urgency that changes while one waits', async () => {
    const turns = new Turns();
    const log: string[] = [];
    let urgency = 0;
    const a = turns.during(
      caller(() => 0),
      async (pause) => {
        log.push('a');
        await pause();
        log.push('a');
        urgency = 1;
        await pause();
        log.push('a');
      },
    );
    await Promise.all([
      a,
      turns.during(
        caller(() => urgency),
        runs('b', 1, log),
      ),
    ]);
    expect(log.join('')).toBe('aaba');
  });

  it('pass to the next when the work fails, is aborted before it begins, or while it has paused', async () => {
    const turns = new Turns();
    const log: string[] = [];
    const waiting = new AbortController();
    const paused = new AbortController();
    const fails = turns.during(
      caller(() => 0),
      () => Promise.reject(new Error('k')),
    );
    const aborted = turns.during(
      caller(() => 0, waiting.signal),
      runs('x', 1, log),
    );
    waiting.abort();
    const gives = turns.during(
      caller(() => 0, paused.signal),
      runs('a', 9, log),
    );
    const urgent = turns.during(
      caller(() => 1),
      async (pause) => {
        log.push('U');
        paused.abort();
        await pause();
        log.push('U');
      },
    );
    // They reject before it is their turn to be looked at.
    for (const early of [aborted, gives]) early.catch(() => {});
    await expect(fails).rejects.toThrow('k');
    await expect(aborted).rejects.toMatchObject({ name: 'AbortError' });
    await expect(
      turns.during(
        caller(() => 0, waiting.signal),
        runs('x', 1, log),
      ),
    ).rejects.toMatchObject({
      name: 'AbortError',
    });
    await urgent;
    await expect(gives).rejects.toMatchObject({ name: 'AbortError' });
    await turns.during(
      caller(() => 0),
      runs('b', 1, log),
    );
    expect(log.join('')).toMatch(/^a?UUb$/);
  });
});
