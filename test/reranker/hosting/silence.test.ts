import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Silence } from '../../../src/reranker/hosting/silence.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function watched() {
  const [ask, giveUp] = [vi.fn(), vi.fn()];
  const silence = new Silence({ ask, giveUp });
  silence.watch();
  return { silence, ask, giveUp };
}

describe('silence', () => {
  it('is given up on after several questions without an answer, once', () => {
    const { ask, giveUp } = watched();
    vi.advanceTimersByTime(20_000);
    expect(ask).toHaveBeenCalledTimes(4);
    expect(giveUp).not.toHaveBeenCalled();
    vi.advanceTimersByTime(100_000);
    expect(giveUp).toHaveBeenCalledTimes(1);
  });

  it('is none as long as there are answers', () => {
    const { silence, giveUp } = watched();
    for (let i = 0; i < 20; i++) {
      vi.advanceTimersByTime(15_000);
      silence.heard();
    }
    expect(giveUp).not.toHaveBeenCalled();
  });

  it('#52 is not concluded from the clock: a tab in the background, or a computer asleep, ticks late', () => {
    const { silence, ask, giveUp } = watched();
    for (let i = 0; i < 20; i++) {
      vi.setSystemTime(Date.now() + 3_600_000);
      vi.advanceTimersByTime(5000);
      silence.heard();
    }
    expect(ask).toHaveBeenCalledTimes(20);
    expect(giveUp).not.toHaveBeenCalled();
  });

  it('is not looked for at rest', () => {
    const { silence, ask, giveUp } = watched();
    silence.watch();
    silence.rest();
    vi.advanceTimersByTime(100_000);
    expect([ask, giveUp].every((spy) => spy.mock.calls.length === 0)).toBe(true);
  });
});
