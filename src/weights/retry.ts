import { abortReason, CaseMatcherError } from '../errors.ts';

/** Waits between attempts: 0.5 s, doubled each time, so that five of them outlast some 15 s without a network. */
const MOST_RETRIES = 5;
const FIRST_WAIT_SECONDS = 0.5;

/** A server that asks for more patience than this is not waited for. */
const MOST_WAIT_SECONDS = 120;

export interface RetryOptions {
  readonly signal: AbortSignal;
  /** How far the work is, in any unit: an attempt that moved it does not count. */
  readonly reached?: () => number;
}

/**
 * Whether the same request can well succeed a little later: the network was away, or the server was busy (429) or
 * unwell (5xx). A server that is silent for a minute (`timeout`) is not asked again.
 */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof CaseMatcherError)) return false;
  if (error.code === 'network') return true;
  const status = error.code === 'http' ? Number(error.details.status) : 0;
  return status === 429 || status >= 500;
}

/** Whether nothing is known of what lies at an address now: no network, or a server that is unwell or silent. */
export function hasNoAnswer(error: unknown): boolean {
  return isTransient(error) || (error instanceof CaseMatcherError && error.code === 'timeout');
}

/**
 * Attempts once and, after a {@link isTransient transient} failure, up to five times more. Between the attempts it waits
 * as long as the server asks for (Retry-After), else longer each time, and by chance up to half as long: two hundred PCs
 * that were turned away together do not come back together. Waiting ends with the signal. Errors: the last attempt's;
 * the signal's reason.
 */
export async function retrying<T>(attempt: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { signal, reached = () => 0 } = options;
  for (let retry = 0; ; retry++) {
    const before = reached();
    try {
      return await attempt();
    } catch (error) {
      if (reached() > before) retry = 0;
      if (signal.aborted || !isTransient(error) || retry === MOST_RETRIES) throw error;
      const asked = (error as CaseMatcherError).details.retryAfter;
      const seconds = FIRST_WAIT_SECONDS * 2 ** retry * (1 - Math.random() / 2);
      if (Number(asked ?? 0) > MOST_WAIT_SECONDS) throw error;
      await wait(asked === undefined ? seconds : Number(asked), signal);
    }
  }
}

/** The header Retry-After in seconds from now: a number, or a date (RFC 9110, 10.2.3). */
export function retryAfter(headers: Headers, now = Date.now()): number | undefined {
  const value = headers.get('retry-after')?.trim() ?? '';
  if (/^\d+$/.test(value)) return Number(value);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, (date - now) / 1000);
}

function wait(seconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      clearTimeout(timer);
      reject(abortReason(signal));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', abort);
      resolve();
    }, seconds * 1000);
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
  });
}
