import { CaseMatcherError } from '../errors.ts';

const TICK_SECONDS = 10;
/** Ticks without an answer. Counted, not timed: a computer asleep, or a tab in the background, ticks late. */
const PATIENCE = 12;

/**
 * Waits for a GPU's answer, two minutes at most: runs are made to take 0.3 s, and the first one compiles. A driver that
 * hangs would else keep every caller waiting. Errors: `device-lost`, after which the worker is to be ended; the work's own.
 */
export async function untilGpuAnswers<T>(work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setInterval> | undefined;
  const silence = new Promise<never>((_, reject) => {
    let ticks = 0;
    timer = setInterval(() => {
      if (++ticks < PATIENCE) return;
      const seconds = PATIENCE * TICK_SECONDS;
      reject(new CaseMatcherError('device-lost', { device: 'webgpu', reason: 'silent', seconds }));
    }, TICK_SECONDS * 1000);
  });
  try {
    return await Promise.race([work, silence]);
  } finally {
    clearInterval(timer);
  }
}
