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
 * Fetches a URL whole. Errors: `network` (no answer, or broken off), `http` (an error status), `timeout`
 * (nothing arrived for a minute); the signal's reason when aborted.
 */
export async function fetchBytes(url: string, options: FetchOptions): Promise<Uint8Array<ArrayBuffer>> {
  const stop = new AbortController();
  const abort = (): void => stop.abort();
  if (options.signal.aborted) throw abortReason(options.signal);
  options.signal.addEventListener('abort', abort);
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
    const response = await fetch(url, { signal: stop.signal });
    if (!response.ok) throw new CaseMatcherError('http', { url, status: response.status });
    return await readBody(response, (bytes) => {
      expectMore();
      options.onBytes?.(bytes);
    });
  } catch (error) {
    if (options.signal.aborted) throw abortReason(options.signal);
    if (stalled) throw new CaseMatcherError('timeout', { url, seconds: STALL_SECONDS });
    if (error instanceof CaseMatcherError) throw error;
    throw new CaseMatcherError('network', { url }, { cause: error });
  } finally {
    clearTimeout(timer);
    options.signal.removeEventListener('abort', abort);
  }
}

/** Fetches a chunk and lets it pass only if it is the bytes that the manifest names (`integrity` otherwise). */
export async function fetchChunk(url: string, chunk: PackChunk, options: FetchOptions): Promise<Blob> {
  const bytes = await fetchBytes(url, options);
  if (bytes.byteLength !== chunk.size) {
    throw new CaseMatcherError('integrity', { url, expected: chunk.size, actual: bytes.byteLength });
  }
  const actual = await sha256(bytes);
  if (actual !== chunk.sha256) {
    throw new CaseMatcherError('integrity', { url, expected: chunk.sha256, actual });
  }
  return new Blob([bytes]);
}

async function readBody(
  response: Response,
  onBytes: (bytes: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  if (response.body === null) return new Uint8Array(await response.arrayBuffer());
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
    onBytes(value.byteLength);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}
