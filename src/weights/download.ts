import { abortReason, CaseMatcherError } from '../errors.ts';
import type { PackChunk } from './manifest.ts';
import { sha256 } from './sha256.ts';

/** A server that sends nothing for this long is taken for dead. */
const STALL_SECONDS = 60;

export interface FetchOptions {
  readonly signal: AbortSignal;
  /** Called with the number of bytes that arrived since the last call. */
  readonly onBytes?: (bytes: number) => void;
}

/**
 * Sends a request and lets `read` take the answer; what it throws of its own passes. `alive` is to be called
 * whenever something arrived. Errors: `network` (no answer, or broken off), `http` (an error status), `timeout`
 * (nothing arrived for a minute); the signal's reason when aborted.
 */
export async function request<T>(
  url: string,
  { signal, method = 'GET' }: { signal: AbortSignal; method?: 'GET' | 'HEAD' },
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
    const response = await fetch(url, { method, signal: stop.signal });
    if (!response.ok) throw new CaseMatcherError('http', { url, status: response.status });
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

/** Fetches a chunk and lets it pass only if it is the bytes that the manifest names (`integrity` otherwise). */
export async function fetchChunk(
  url: string,
  chunk: PackChunk,
  options: FetchOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const { size, sha256: expected } = chunk;
  const bytes = new Uint8Array(size);
  const actualSize = await request(url, options, async (response, alive) => {
    let at = 0;
    for await (const piece of bodyParts(response, alive)) {
      if (at + piece.length <= size) bytes.set(piece, at);
      at += piece.length;
      options.onBytes?.(piece.length);
    }
    return at;
  });
  if (actualSize !== size) {
    throw new CaseMatcherError('integrity', { url, expected: size, actual: actualSize });
  }
  const actual = await sha256(bytes);
  if (actual !== expected) throw new CaseMatcherError('integrity', { url, expected, actual });
  return bytes;
}
