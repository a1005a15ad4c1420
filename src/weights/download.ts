import { abortReason, CaseMatcherError } from '../errors.ts';
import { beginningOf, isOwnOrigin, type RangeFacts, rangeFrom } from './byte-range.ts';
import type { PackChunk } from './manifest.ts';
import { isTransient, retryAfter, retrying } from './retry.ts';
import { sha256 } from './sha256.ts';

/** A server that sends nothing for this long is taken for dead. */
const STALL_SECONDS = 60;

export interface FetchOptions {
  readonly signal: AbortSignal;
  /** Called with the number of bytes that arrived since the last call; negative where some have to be fetched anew. */
  readonly onBytes?: (bytes: number) => void;
}

/** An attempt that brought so much is no failure of the server: it is asked for the rest as often as it takes. */
export const PROGRESS_BYTES = 2 ** 20;

interface RequestOptions {
  readonly signal: AbortSignal;
  readonly method?: 'GET' | 'HEAD';
  readonly headers?: Record<string, string>;
}

/**
 * Sends a request and lets `read` take the answer; what it throws of its own passes. `alive` is to be called
 * whenever something arrived. Errors: `network` (no answer, or broken off), `http` (an error status), `timeout`
 * (nothing arrived for a minute); the signal's reason when aborted.
 */
export async function request<T>(
  url: string,
  { signal, method = 'GET', headers = {} }: RequestOptions,
  read: (response: Response, alive: () => void) => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  const abort = (): void => stop.abort();
  if (signal.aborted) throw abortReason(signal);
  signal.addEventListener('abort', abort);
  let stalled = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const expectMore = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      stalled = true;
      stop.abort();
    }, STALL_SECONDS * 1000);
  };
  try {
    expectMore();
    const response = await fetch(url, { method, headers, signal: stop.signal });
    if (!response.ok) throw new CaseMatcherError('http', { url, ...refusal(response) });
    return await read(response, expectMore);
  } catch (error) {
    if (signal.aborted) throw abortReason(signal);
    if (stalled) throw new CaseMatcherError('timeout', { url, seconds: STALL_SECONDS });
    if (error instanceof CaseMatcherError) throw error;
    throw new CaseMatcherError('network', { url }, { cause: error });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
    // Frees the connection where the answer was not read to its end.
    stop.abort();
  }
}

/** The body of an answer, part by part as it arrives. */
export async function* bodyParts(
  response: Response,
  alive: () => void,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  if (response.body === null) {
    yield new Uint8Array(await response.arrayBuffer());
    return;
  }
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    alive();
    yield value;
  }
}

/** Fetches a URL whole. Errors: those of {@link request}. */
export function fetchBytes(url: string, options: FetchOptions): Promise<Uint8Array<ArrayBuffer>> {
  return request(url, options, async (response, alive) => {
    const parts: Uint8Array<ArrayBuffer>[] = [];
    for await (const part of bodyParts(response, alive)) {
      parts.push(part);
      options.onBytes?.(part.byteLength);
    }
    return new Uint8Array(await new Blob(parts).arrayBuffer());
  });
}

/**
 * Sends a request for a file from byte `from` on and lets `read` take the answer, whose body begins at `start`: there, or
 * at 0 where the server does not give the rest of the same file. Errors: those of {@link request}.
 */
export async function requestFrom<T>(
  url: string,
  { from, facts, signal }: { from: number; facts: RangeFacts; signal: AbortSignal },
  read: (response: Response, start: number, alive: () => void) => Promise<T>,
): Promise<T> {
  const headers = from > 0 ? rangeFrom(url, from, facts) : undefined;
  if (headers !== undefined) {
    let answered = false;
    const rest = await request(url, { signal, headers }, async (response, alive) => {
      answered = true;
      const start = beginningOf(response, from, facts);
      return start === undefined ? undefined : { value: await read(response, start, alive) };
    }).catch((error: unknown) => {
      // Browsers of before 2022 ask another origin whether it takes a range, and many do not understand the question.
      const forbidden = !answered && !isOwnOrigin(url) && !signal.aborted && isTransient(error);
      if (forbidden || isOutOfRange(error)) return undefined;
      throw error;
    });
    if (rest !== undefined) return rest.value;
  }
  return request(url, { signal }, (response, alive) => read(response, 0, alive));
}

/**
 * Fetches a chunk and lets it pass only if it is the bytes that the manifest names (`integrity` otherwise). What breaks
 * off is {@link retrying tried again} and goes on where it was, where the server can do that.
 */
export async function fetchChunk(
  url: string,
  chunk: Pick<PackChunk, 'size' | 'sha256'>,
  { signal, onBytes }: FetchOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const { size, sha256: expected } = chunk;
  const bytes = new Uint8Array(size);
  let at = 0;
  const attempt = async (): Promise<void> => {
    // Broken off behind the last byte.
    if (at === size) return;
    await requestFrom(
      url,
      { from: at, facts: { size, hashed: true }, signal },
      async (response, start, alive) => {
        if (start < at) onBytes?.(start - at);
        at = start;
        for await (const piece of bodyParts(response, alive)) {
          if (at + piece.length <= size) bytes.set(piece, at);
          at += piece.length;
          onBytes?.(piece.length);
        }
      },
    );
  };
  await retrying(attempt, { signal, reached: () => Math.floor(at / PROGRESS_BYTES) });
  if (at !== size) throw new CaseMatcherError('integrity', { url, expected: size, actual: at });
  const actual = await sha256(bytes);
  if (actual !== expected) throw new CaseMatcherError('integrity', { url, expected, actual });
  return bytes;
}

function refusal({ status, headers }: Response): { status: number; retryAfter?: number } {
  const seconds = retryAfter(headers);
  return seconds === undefined ? { status } : { status, retryAfter: seconds };
}

function isOutOfRange(error: unknown): boolean {
  return error instanceof CaseMatcherError && error.code === 'http' && error.details.status === 416;
}
