import { afterEach, beforeEach, vi } from 'vitest';

/** What `retry.ts` waits, in milliseconds, where chance is in the middle. Nothing else in Node waits just as long. */
const WAITS = [375, 750, 1500, 3000, 6000];

/** The waits between two attempts pass at once in a test file. */
export function hurry(): void {
  beforeEach(() => {
    const { setTimeout: real } = globalThis;
    const hurried = (run: () => void, milliseconds = 0, ...rest: unknown[]) =>
      real(run, WAITS.includes(milliseconds) ? 0 : milliseconds, ...rest);
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    vi.spyOn(globalThis, 'setTimeout').mockImplementation(hurried as typeof setTimeout);
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });
}
