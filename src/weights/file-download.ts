import { CaseMatcherError } from '../errors.ts';
import { rangeFrom } from './byte-range.ts';
import type { ExpectedChunk } from './chunk-reader.ts';
import { bodyParts, type FetchOptions, PROGRESS_BYTES, requestFrom } from './download.ts';
import type { Keeping } from './keeping.ts';
import { MAX_CHUNK_BYTES } from './manifest.ts';
import { type FileFacts, isPage } from './remote-file.ts';
import { retrying } from './retry.ts';
import { runningSha256, sha256 } from './sha256.ts';

/** What of a file was stored before, chunk by chunk from its first byte on. */
export interface KnownPart {
  readonly chunks: readonly ExpectedChunk[];
  /** One for each chunk; undefined where it is gone or damaged. */
  readonly blobs: readonly (Blob | undefined)[];
  /** Whether that is the whole file, which was checked as a whole when it came. */
  readonly complete: boolean;
}

export interface FileDownloadOptions extends FetchOptions {
  readonly facts: FileFacts;
  readonly keeping: Keeping;
  /** Called after each chunk that can be built upon after an interruption, with all chunks so far. */
  readonly onChunk: (chunks: readonly ExpectedChunk[]) => Promise<void>;
}

export interface DownloadedFile {
  readonly chunks: readonly ExpectedChunk[];
  /** Composed of the chunks, in memory once. */
  readonly blob: Blob;
}

/**
 * Downloads what is missing of a file of any size, in chunks as IndexedDB can take them, and checks it against what is
 * known of it: its SHA-256 where there is one, else its length. Chunks are known by their own SHA-256, so that they are
 * checked when they are read back. What was interrupted goes on at the last whole chunk, and a chunk that was lost is
 * fetched alone, where the server proves that the file is still the same; otherwise it is fetched from its first byte.
 *
 * Errors: those of `request`; `integrity` for other bytes than announced, a page in place of the file among them.
 */
export async function downloadFile(
  url: string,
  known: KnownPart,
  options: FileDownloadOptions,
): Promise<DownloadedFile> {
  const file = new FileDownload(url, options);
  if (known.chunks.length > 0 && (await file.take(known)) && (await file.finish(known.complete)))
    return file.downloaded();
  file.startOver();
  if (await file.finish(false)) return file.downloaded();
  const { facts } = options;
  throw new CaseMatcherError('integrity', { url, expected: String(facts.sha256), actual: file.hash });
}

type RunningHash = Awaited<ReturnType<typeof runningSha256>>;

class FileDownload {
  readonly #url: string;
  readonly #options: FileDownloadOptions;
  /** Whether an interrupted download can be continued. */
  readonly #resumable: boolean;
  #chunks: ExpectedChunk[] = [];
  #blobs: Blob[] = [];
  /** Bytes of whole chunks. */
  #size = 0;
  readonly #buffer = new Uint8Array(MAX_CHUNK_BYTES);
  #filled = 0;
  #whole: RunningHash | undefined;
  /** Bytes that the caller counts as being at hand. */
  #counted = 0;
  hash = '';

  constructor(url: string, options: FileDownloadOptions) {
    this.#url = url;
    this.#options = options;
    this.#resumable = rangeFrom(url, 1, this.#rangeFacts) !== undefined;
  }

  /** Takes what was stored before, and fetches what is gone of it; resolves to whether it can be built upon. */
  async take({ chunks, blobs }: KnownPart): Promise<boolean> {
    this.#counted = blobs.reduce((sum, blob) => sum + (blob?.size ?? 0), 0);
    for (const [i, chunk] of chunks.entries()) {
      const blob = blobs[i] ?? (await this.#fetchAlone(chunk));
      if (blob === undefined) return false;
      this.#chunks.push(chunk);
      this.#blobs.push(blob);
      this.#size += chunk.size;
    }
    return true;
  }

  /** Forgets all, to begin at the first byte. */
  startOver(): void {
    if (this.#counted > 0) this.#count(-this.#counted);
    this.#chunks = [];
    this.#blobs = [];
    this.#size = 0;
    this.#filled = 0;
    this.#whole = undefined;
  }

  /** Fetches the rest. Resolves to whether the file has the SHA-256 that it should have. */
  async finish(complete: boolean): Promise<boolean> {
    if (complete) return true;
    const { facts, signal } = this.#options;
    await this.#hashTaken();
    await retrying(() => this.#attempt(), {
      signal,
      reached: () => Math.floor(this.#at / PROGRESS_BYTES),
    });
    if (this.#filled > 0) await this.#closeChunk();
    const { size: expected = this.#size } = facts;
    if (this.#size !== expected) {
      throw new CaseMatcherError('integrity', { url: this.#url, expected, actual: this.#size });
    }
    this.hash = this.#whole?.hex() ?? '';
    return facts.sha256 === undefined || this.hash === facts.sha256;
  }

  downloaded(): DownloadedFile {
    return { chunks: this.#chunks, blob: new Blob(this.#blobs) };
  }

  get #at(): number {
    return this.#size + this.#filled;
  }

  get #rangeFacts() {
    const { size, version, sha256: hash } = this.#options.facts;
    return { size, version, hashed: hash !== undefined };
  }

  async #hashTaken(): Promise<void> {
    if (this.#options.facts.sha256 === undefined) return;
    this.#whole = await runningSha256();
    for (const blob of this.#blobs) this.#whole.update(new Uint8Array(await blob.arrayBuffer()));
  }

  async #attempt(): Promise<void> {
    const { facts, signal } = this.#options;
    const from = this.#at;
    // Nothing is missing, or it broke off behind the last byte.
    if (from === facts.size) return;
    await requestFrom(
      this.#url,
      { from, facts: this.#rangeFacts, signal },
      async (response, start, alive) => {
        this.#refusePage(response);
        if (start < from) {
          this.startOver();
          await this.#hashTaken();
        }
        for await (const piece of bodyParts(response, alive)) {
          this.#count(piece.length);
          for (let rest = piece; rest.length > 0; ) {
            const taken = rest.subarray(0, MAX_CHUNK_BYTES - this.#filled);
            this.#buffer.set(taken, this.#filled);
            this.#filled += taken.length;
            rest = rest.subarray(taken.length);
            if (this.#filled < MAX_CHUNK_BYTES) continue;
            await this.#closeChunk();
            alive();
          }
        }
      },
    );
  }

  async #closeChunk(): Promise<void> {
    const bytes = this.#buffer.subarray(0, this.#filled);
    this.#whole?.update(bytes);
    const chunk = { size: bytes.length, sha256: await sha256(bytes) };
    const stored = await this.#options.keeping.put(chunk.sha256, bytes);
    this.#chunks.push(chunk);
    this.#blobs.push(stored ?? new Blob([bytes]));
    this.#size += bytes.length;
    this.#filled = 0;
    if (stored !== undefined && this.#resumable) await this.#options.onChunk(this.#chunks);
  }

  /** One chunk out of the middle; undefined where the server does not give it, or something else. */
  async #fetchAlone({ size, sha256: expected }: ExpectedChunk): Promise<Blob | undefined> {
    const { keeping, signal } = this.#options;
    const bytes = this.#buffer.subarray(0, size);
    let at = 0;
    const attempt = async (): Promise<boolean> => {
      if (at === size) return true;
      const from = this.#size + at;
      return requestFrom(
        this.#url,
        { from, facts: this.#rangeFacts, signal },
        async (response, start, alive) => {
          if (start !== from) return false;
          this.#refusePage(response);
          for await (const piece of bodyParts(response, alive)) {
            const taken = piece.subarray(0, size - at);
            bytes.set(taken, at);
            at += taken.length;
            this.#count(taken.length);
            if (at === size) break;
          }
          return true;
        },
      );
    };
    const given = await retrying(attempt, { signal, reached: () => Math.floor(at / PROGRESS_BYTES) });
    if (given && at === size && (await sha256(bytes)) === expected) {
      return (await keeping.put(expected, bytes)) ?? new Blob([bytes]);
    }
    return undefined;
  }

  #count(bytes: number): void {
    this.#counted += bytes;
    this.#options.onBytes?.(bytes);
  }

  #refusePage(response: Response): void {
    if (!isPage(response.headers)) return;
    throw new CaseMatcherError('integrity', { url: this.#url, expected: 'a file', actual: 'a web page' });
  }
}
