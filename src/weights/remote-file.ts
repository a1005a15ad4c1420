import { CaseMatcherError } from '../errors.ts';
import { bodyParts, request } from './download.ts';

/** A Git LFS pointer is some 130 bytes. */
const POINTER_BYTES = 1024;

/** What a server says of a file before it is fetched. */
export interface FileFacts {
  /** Bytes; undefined where the server does not say. */
  readonly size: number | undefined;
  /** Lower-case hex, where the server knows it. */
  readonly sha256: string | undefined;
  /** Changes when the file does, where the server has such a thing. */
  readonly version: string | undefined;
}

/**
 * Asks what there is at `url`; undefined where there is nothing, which many servers say with their index page.
 *
 * Repositories in the manner of Hugging Face store big files by their SHA-256, and show it as a Git LFS pointer under
 * `/raw/` in place of `/resolve/` (the redirect that names it in a header is hidden from pages). Elsewhere a HEAD
 * request gives the length, and the SHA-256 where the ETag is one; behind such a redirect it can be another hash.
 *
 * Errors: `network`, `http`, `timeout`; the signal's reason.
 */
export async function fileFacts(url: string, signal: AbortSignal): Promise<FileFacts | undefined> {
  return (await pointerFacts(url, signal)) ?? (await headFacts(url, signal));
}

async function pointerFacts(url: string, signal: AbortSignal): Promise<FileFacts | undefined> {
  if (!url.includes('/resolve/')) return undefined;
  const pointer = url.replace('/resolve/', '/raw/');
  const text = await unlessMissing(request(pointer, { signal }, (response, alive) => start(response, alive)));
  if (text === undefined || !text.startsWith('version https://git-lfs.github.com/spec/')) return undefined;
  const sha256 = /^oid sha256:([0-9a-f]{64})$/m.exec(text)?.[1];
  const size = /^size (\d+)$/m.exec(text)?.[1];
  if (sha256 === undefined || size === undefined) return undefined;
  return { size: Number(size), sha256, version: sha256 };
}

/** The first bytes of a body, as text. Where `/raw/` is the file itself, the rest is not fetched. */
async function start(response: Response, alive: () => void): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const part of bodyParts(response, alive)) {
    text += decoder.decode(part.subarray(0, POINTER_BYTES), { stream: true });
    if (text.length >= POINTER_BYTES) break;
  }
  return text;
}

async function headFacts(url: string, signal: AbortSignal): Promise<FileFacts | undefined> {
  const headers = await unlessMissing(
    request(url, { signal, method: 'HEAD' }, async (response) => response.headers),
  );
  if (headers === undefined || isPage(headers)) return undefined;
  const length = headers.get('content-length');
  // Of a body that is sent compressed the length says nothing.
  const encoded = (headers.get('content-encoding') ?? 'identity') !== 'identity';
  const linked = headers.get('x-linked-etag');
  const etag = linked ?? headers.get('etag');
  const hash = /^"([0-9a-f]{64})"$/.exec(etag ?? '')?.[1];
  return {
    size: length === null || encoded ? undefined : Number(length),
    sha256: linked !== null || !url.includes('/resolve/') ? hash : undefined,
    version: etag ?? headers.get('last-modified') ?? undefined,
  };
}

/** Whether the answer is a web page, which no file of a model is. */
export function isPage(headers: Headers): boolean {
  return /^text\/html\b/i.test(headers.get('content-type') ?? '');
}

/** Whether the error is a server's word that there is no such file (buckets say "forbidden"). */
export function isMissing(error: unknown): boolean {
  const status = error instanceof CaseMatcherError && error.code === 'http' ? error.details.status : 0;
  return status === 403 || status === 404 || status === 410;
}

/** Undefined where there is no such file. */
export async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
