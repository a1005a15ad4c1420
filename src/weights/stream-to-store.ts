import { CaseMatcherError } from '../errors.ts';
import { bodyParts, type FetchOptions, request } from './download.ts';
import { MAX_CHUNK_BYTES, type PackChunk } from './manifest.ts';
import { type FileFacts, isPage } from './remote-file.ts';
import { runningSha256, sha256 } from './sha256.ts';
import type { WeightStore } from './store.ts';

export type StoredChunk = Pick<PackChunk, 'size' | 'sha256'>;

export interface StreamedFile {
  readonly size: number;
  readonly chunks: readonly StoredChunk[];
  /** Composed of the chunks, in memory once. */
  readonly blob: Blob;
  /** Whether the whole file's SHA-256 was checked; otherwise its length alone. */
  readonly hashed: boolean;
  readonly persisted: boolean;
}

/**
 * Downloads a file of any size into the store, in chunks as IndexedDB can take them, and checks it against what was
 * known of it: its SHA-256 where there is one, else its length. Chunks are known by their own SHA-256, so that they
 * are checked when they are read back.
 *
 * Errors: those of {@link request}; `integrity` for other bytes than announced, a page in place of the file among them.
 */
export function streamToStore(
  url: string,
  { facts, store }: { facts: FileFacts; store: WeightStore },
  options: FetchOptions,
): Promise<StreamedFile> {
  return request(url, options, async (response, alive) => {
    if (isPage(response.headers)) {
      throw new CaseMatcherError('integrity', { url, expected: 'a file', actual: 'a web page' });
    }
    const whole = facts.sha256 === undefined ? undefined : await runningSha256();
    const chunks: StoredChunk[] = [];
    const blobs: Blob[] = [];
    let persisted = true;
    let size = 0;
    for await (const chunk of chunksOf(bodyParts(response, alive), options.onBytes)) {
      whole?.update(chunk);
      const hash = await sha256(chunk);
      const stored = await store.putChunk(hash, chunk);
      persisted &&= stored !== undefined;
      alive();
      chunks.push({ size: chunk.length, sha256: hash });
      blobs.push(stored ?? new Blob([chunk]));
      size += chunk.length;
    }
    const { size: expected = size } = facts;
    if (size !== expected) throw new CaseMatcherError('integrity', { url, expected, actual: size });
    const actual = whole?.hex();
    if (actual !== undefined && actual !== facts.sha256) {
      throw new CaseMatcherError('integrity', { url, expected: String(facts.sha256), actual });
    }
    return { size, chunks, blob: new Blob(blobs), hashed: actual !== undefined, persisted };
  });
}

/** The body in pieces of {@link MAX_CHUNK_BYTES}, the last one shorter. */
async function* chunksOf(
  parts: AsyncIterable<Uint8Array>,
  onBytes: FetchOptions['onBytes'],
): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  let chunk = new Uint8Array(MAX_CHUNK_BYTES);
  let size = 0;
  for await (const piece of parts) {
    onBytes?.(piece.length);
    for (let rest = piece; rest.length > 0; ) {
      const taken = rest.subarray(0, MAX_CHUNK_BYTES - size);
      chunk.set(taken, size);
      size += taken.length;
      rest = rest.subarray(taken.length);
      if (size < MAX_CHUNK_BYTES) continue;
      yield chunk;
      chunk = new Uint8Array(MAX_CHUNK_BYTES);
      size = 0;
    }
  }
  if (size > 0) yield chunk.slice(0, size);
}
