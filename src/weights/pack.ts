import { abortReason, CaseMatcherError } from '../errors.ts';
import { fetchBytes, fetchChunk } from './download.ts';
import type { EmbeddingTable, PackChunk, PackFile, PackManifest, PackVariant } from './manifest.ts';
import { parseManifest } from './parse-manifest.ts';
import { WeightStore } from './store.ts';

/** Enough to hide a server's latency; more only competes with the agent's own work. */
const PARALLEL_FETCHES = 3;
/** While one chunk is checked and taken others are read; each is up to 32 MiB of memory. */
const PARALLEL_READS = 3;

export interface PackProgress {
  readonly loaded: number;
  readonly total: number;
  readonly fetched: number;
}

/** The verified bytes of one variant; Blobs may be kept on disk by the browser. */
export interface LoadedVariant {
  /** tokenizer.json */
  readonly tokenizer: Uint8Array;
  /** Absent where the variant has none. */
  readonly graph: Blob | undefined;
  /** By external-data location; empty where the bytes went elsewhere. */
  readonly weights: ReadonlyMap<string, Blob>;
  /** Chunk by chunk, each of whole rows. */
  readonly embedding: { readonly table: EmbeddingTable; readonly chunks: readonly Blob[] };
  readonly fetchedBytes: number;
  readonly totalBytes: number;
  /** Whether everything is stored for the next visit. */
  readonly persisted: boolean;
}

export interface PackLoadOptions {
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: PackProgress) => void;
  /** Called with tokenizer.json as soon as it is there. */
  readonly onTokenizer?: (bytes: Uint8Array) => void;
  /**
   * Where `length` bytes at `offset` of the variant's one weights file are to be put, so that they need not be held
   * twice. What was put there before the load failed or a chunk turned out damaged is to be ignored.
   */
  readonly weightsAt?: (offset: number, length: number) => Uint8Array;
}

/** A chunk on its way, into memory where there is a place for it. */
interface Job {
  readonly chunk: PackChunk;
  readonly into: Uint8Array | undefined;
}

/** A model pack at a URL: its manifest, and a way to its bytes. */
export class Pack {
  readonly manifest: PackManifest;
  readonly #folder: string;
  readonly #served: unknown;
  readonly #store: WeightStore;

  private constructor(manifest: PackManifest, served: unknown, folder: string, store: WeightStore) {
    this.manifest = manifest;
    this.#served = served;
    this.#folder = folder;
    this.#store = store;
  }

  /**
   * Opens the pack at `model`, an absolute URL of its folder or its manifest. Without network the copy of the
   * last complete visit is used. Errors: `network`, `http`, `timeout`, `not-a-model`, `integrity`.
   */
  static async open(model: string, options: { signal: AbortSignal }): Promise<Pack> {
    const url = manifestUrl(model);
    const folder = new URL('.', url).href;
    const store = new WeightStore();
    try {
      const served = parseJson(await fetchBytes(url, options), url);
      return new Pack(parseManifest(served, url), served, folder, store);
    } catch (error) {
      const offline = error instanceof CaseMatcherError && ['network', 'timeout'].includes(error.code);
      const mark = offline ? await store.mark(folder) : undefined;
      if (mark === undefined) throw error;
      return new Pack(parseManifest(mark.manifest, url), mark.manifest, folder, store);
    }
  }

  /**
   * The bytes of one variant and nothing else: stored chunks are verified again and used, the others are fetched,
   * verified, and stored; the commit mark is written when all are.
   */
  async load(variant: PackVariant, options: PackLoadOptions): Promise<LoadedVariant> {
    const { signal, weightsAt } = options;
    const table = this.manifest.embeddings[variant.embedding];
    if (table === undefined)
      throw new CaseMatcherError('integrity', { url: this.#folder, reason: 'embedding' });
    const { tokenizer } = this.manifest;
    const whole = [table, ...(variant.graph ? [variant.graph] : []), ...(weightsAt ? [] : variant.weights)];
    const tokenizerBytes = new Uint8Array(tokenizer.size);
    const jobs = [
      ...place(tokenizer, (offset, length) => tokenizerBytes.subarray(offset, offset + length)),
      ...(weightsAt ? variant.weights.flatMap((file) => place(file, weightsAt)) : []),
      ...whole.flatMap((file) => file.chunks.map((chunk) => ({ chunk, into: undefined }))),
    ];
    const total = jobs.reduce((sum, { chunk }) => sum + chunk.size, 0);
    let loaded = 0;
    let fetched = 0;
    const report = (): void => options.onProgress?.({ loaded, total, fetched });
    report();

    let tokenizerMissing = tokenizer.chunks.length;
    const blobs = new Map<string, Blob>();
    const done = ({ chunk, into }: Job, blob?: Blob): void => {
      if (blob !== undefined) blobs.set(chunk.sha256, blob);
      if (into?.buffer === tokenizerBytes.buffer && --tokenizerMissing === 0)
        options.onTokenizer?.(tokenizerBytes);
    };
    const missing: Job[] = [];
    await inParallel(jobs, PARALLEL_READS, signal, async (job) => {
      const { chunk, into } = job;
      const blob = into ? undefined : await this.#store.chunk(chunk);
      if (into ? await this.#store.readChunk(chunk, into) : blob) {
        loaded += chunk.size;
        done(job, blob);
        report();
      } else {
        missing.push(job);
      }
    });

    let persisted = true;
    await inParallel(missing, PARALLEL_FETCHES, signal, async (job, stop) => {
      const { chunk, into } = job;
      const onBytes = (bytes: number): void => {
        fetched += bytes;
        loaded += bytes;
        report();
      };
      const bytes = await fetchChunk(this.#folder + chunk.path, chunk, { signal: stop, onBytes });
      const stored = await this.#store.putChunk(chunk.sha256, bytes);
      persisted &&= stored !== undefined;
      into?.set(bytes);
      done(job, into ? undefined : (stored ?? new Blob([bytes])));
    });

    if (persisted) {
      const chunks = [...new Set(jobs.map(({ chunk }) => chunk.sha256))];
      persisted = await this.#store.commit(this.#folder, { manifest: this.#served, chunks });
    }
    // Composing a Blob of Blobs copies nothing.
    const file = ({ chunks }: PackFile): Blob =>
      new Blob(chunks.map(({ sha256 }) => blobs.get(sha256) as Blob));
    return {
      tokenizer: tokenizerBytes,
      graph: variant.graph ? file(variant.graph) : undefined,
      weights: new Map(weightsAt ? [] : variant.weights.map((weights) => [weights.name, file(weights)])),
      embedding: { table, chunks: table.chunks.map(({ sha256 }) => blobs.get(sha256) as Blob) },
      fetchedBytes: fetched,
      totalBytes: total,
      persisted,
    };
  }
}

/** The chunks of a file, each with its place. */
function place(file: PackFile, at: (offset: number, length: number) => Uint8Array): Job[] {
  let offset = 0;
  return file.chunks.map((chunk) => {
    const into = at(offset, chunk.size);
    offset += chunk.size;
    return { chunk, into };
  });
}

/** `…/folder`, `…/folder/` or `…/folder/manifest.json` → the manifest's URL. */
function manifestUrl(model: string): string {
  const url = new URL(model);
  if (!url.pathname.endsWith('.json')) {
    url.pathname += url.pathname.endsWith('/') ? 'manifest.json' : '/manifest.json';
  }
  url.hash = '';
  return url.href;
}

function parseJson(bytes: Uint8Array, url: string): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    // The parser's own error quotes what the server sent, so it is not kept as the cause.
    throw new CaseMatcherError('not-a-model', { url, reason: 'not JSON' });
  }
}

/** Runs `work` over the items, `width` at a time; the first failure aborts the others. */
async function inParallel<T>(
  items: readonly T[],
  width: number,
  signal: AbortSignal,
  work: (item: T, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const stop = new AbortController();
  const abort = (): void => stop.abort();
  signal.addEventListener('abort', abort);
  const waiting = [...items];
  const lane = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
      if (signal.aborted) throw abortReason(signal);
      await work(item, stop.signal);
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(width, items.length) }, lane));
  } catch (error) {
    waiting.length = 0;
    stop.abort();
    throw signal.aborted ? abortReason(signal) : error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
