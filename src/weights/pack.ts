import { CaseMatcherError } from '../errors.ts';
import { type ChunkJob, ChunkLoad } from './chunk-load.ts';
import type { ChunkReader } from './chunk-reader.ts';
import { fetchBytes } from './download.ts';
import { whenFree } from './download-lock.ts';
import { halfToFloat32 } from './float16.ts';
import { Keeping } from './keeping.ts';
import type {
  EmbeddingTable,
  PackChunk,
  PackFile,
  PackManifest,
  PackVariant,
  WeightFile,
} from './manifest.ts';
import { parseManifest } from './parse-manifest.ts';
import { readBlob } from './read-blob.ts';
import { hasNoAnswer } from './retry.ts';
import { sha256 } from './sha256.ts';
import { lastThatWorked, type RowChunk, WeightStore } from './store.ts';
import { type PackProgress, Transfer } from './transfer.ts';

/** The verified bytes of one variant; Blobs may be kept on disk by the browser. */
export interface LoadedVariant {
  /** tokenizer.json */
  readonly tokenizer: Uint8Array;
  /** Absent where the variant has none. */
  readonly graph: Blob | undefined;
  /** By external-data location; empty where the bytes went elsewhere. */
  readonly weights: ReadonlyMap<string, Blob>;
  /** Chunk by chunk, each of whole rows, which are not read before they are used. */
  readonly embedding: { readonly table: EmbeddingTable; readonly chunks: readonly RowChunk[] };
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
  /**
   * Starts a reader for what is stored, in place of this thread; which takes over where it finds nothing. It is given
   * the places that `weightsAt` returns.
   */
  readonly startReader?: () => Promise<(ChunkReader & { end(): void }) | undefined>;
}

/** A model pack at a URL: its manifest, and a way to its bytes. */
export class Pack {
  readonly manifest: PackManifest;
  readonly #folder: string;
  readonly #served: unknown;
  /** SHA-256 of the manifest. */
  readonly #version: string;
  readonly #store: WeightStore;

  private constructor(options: {
    manifest: PackManifest;
    served: unknown;
    version: string;
    folder: string;
    store: WeightStore;
  }) {
    this.manifest = options.manifest;
    this.#served = options.served;
    this.#version = options.version;
    this.#folder = options.folder;
    this.#store = options.store;
  }

  /**
   * Opens the pack at `model`, an absolute URL of its folder or its manifest. Without network, or from a server that is
   * unwell, the stored version that worked last is used. Errors: `network`, `http`, `timeout`, `not-a-model`, `integrity`.
   */
  static async open(model: string, options: { signal: AbortSignal }): Promise<Pack> {
    const url = manifestUrl(model);
    try {
      const bytes = await fetchBytes(url, options);
      const served = parseJson(bytes, url);
      return new Pack({
        manifest: parseManifest(served, url),
        served,
        version: await sha256(bytes),
        folder: new URL('.', url).href,
        store: new WeightStore(),
      });
    } catch (error) {
      const stored = hasNoAnswer(error) ? await Pack.stored(model) : undefined;
      if (stored === undefined) throw error;
      return stored;
    }
  }

  /** The version that worked last of the pack at `model`, by what is stored alone. */
  static async stored(model: string): Promise<Pack | undefined> {
    const url = manifestUrl(model);
    const folder = new URL('.', url).href;
    const store = new WeightStore();
    const stored = lastThatWorked(await store.mark(folder));
    if (stored === undefined) return undefined;
    const { manifest: served, version } = stored;
    return new Pack({ manifest: parseManifest(served, url), served, version, folder, store });
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
    const whole = [...(variant.graph ? [variant.graph] : []), ...(weightsAt ? [] : variant.weights)];
    const tokenizerBytes = new Uint8Array(tokenizer.size);
    const jobs: readonly ChunkJob[] = [
      ...place(tokenizer, (offset, length) => tokenizerBytes.subarray(offset, offset + length)),
      ...(weightsAt ? variant.weights.flatMap((file) => place(file, weightsAt)) : []),
      ...whole.flatMap((file) => file.chunks.map((chunk) => ({ chunk }))),
      ...table.chunks.map((chunk) => ({ chunk, rowBytes: table.size / table.rows })),
    ];
    const total = jobs.reduce((sum, { chunk }) => sum + chunk.size, 0);
    const transfer = new Transfer({ total, report: (progress) => options.onProgress?.(progress) });
    const chunks = jobs.map(({ chunk: { sha256, size } }) => ({ sha256, size }));
    const keeping = new Keeping(this.#store, { key: this.#folder, version: this.#version, chunks });
    const isTokenizer = ({ into }: ChunkJob): boolean => into?.buffer === tokenizerBytes.buffer;
    let tokenizerMissing = tokenizer.chunks.length;
    const blobs = new Map<string, Blob>();
    const stored = new Map<string, RowChunk>();
    const load = new ChunkLoad({
      folder: this.#folder,
      store: this.#store,
      keeping,
      transfer,
      signal,
      onChunk: (job, blob, rows) => {
        if (blob !== undefined) blobs.set(job.chunk.sha256, blob);
        if (rows !== undefined) stored.set(job.chunk.sha256, rows);
        if (isTokenizer(job) && --tokenizerMissing === 0) options.onTokenizer?.(tokenizerBytes);
      },
    });
    const commit = (): Promise<void> =>
      keeping.commit({ manifest: this.#served, model: this.manifest.model.id, chunks });

    const known = (await this.#store.mark(this.#folder)) !== undefined;
    const thread = known ? await options.startReader?.() : undefined;
    const reader = thread && { thread, isElsewhere: (job: ChunkJob) => !isTokenizer(job) };
    const missing = await load.read(jobs, reader).finally(() => thread?.end());
    if (missing.length > 0) await load.fetch(missing, commit);
    else await commit();
    const rowChunk = async (chunk: PackChunk): Promise<RowChunk> =>
      stored.get(chunk.sha256) ??
      (await this.#store.rowChunk(chunk)) ?? { blob: blobs.get(chunk.sha256) as Blob };
    // Composing a Blob of Blobs copies nothing.
    const file = ({ chunks }: PackFile): Blob =>
      new Blob(chunks.map(({ sha256 }) => blobs.get(sha256) as Blob));
    const external = async (weights: WeightFile): Promise<[string, Blob]> => {
      const bytes = file(weights);
      return [weights.name, weights.encoding === 'float16' ? await asFloat32(bytes) : bytes];
    };
    return {
      tokenizer: tokenizerBytes,
      graph: variant.graph ? file(variant.graph) : undefined,
      weights: new Map(weightsAt ? [] : await Promise.all(variant.weights.map(external))),
      embedding: { table, chunks: await Promise.all(table.chunks.map(rowChunk)) },
      fetchedBytes: transfer.fetched,
      totalBytes: total,
      persisted: keeping.kept,
    };
  }

  /**
   * Puts into `into` what was computed from this version at an earlier visit and is called `of`. Resolves to whether it is
   * there, as it was and as long.
   */
  async readComputed(of: string, into: Uint8Array): Promise<boolean> {
    const mark = await this.#store.mark(this.#folder);
    const version = [mark, mark?.before].find((stored) => stored?.version === this.#version);
    const computed = version?.computed;
    if (computed?.of !== of || computed.size !== into.length) return false;
    return (await this.#store.read(computed, into)) !== undefined;
  }

  /** Keeps what was computed from this version for {@link readComputed}, where there is storage. */
  async keepComputed(of: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const computed = { of, size: bytes.length, sha256: await sha256(bytes) };
    await this.#store.keepComputed(this.#folder, this.#version, computed, bytes);
  }

  /** To be called once the model works: what was stored of older versions is removed. */
  async settle(): Promise<void> {
    await this.#store.settle(this.#folder, this.#version);
    await whenFree(() => this.#store.collectGarbage());
  }
}

/** float16 values as float32. */
async function asFloat32(halves: Blob): Promise<Blob> {
  const bits = new Uint16Array(halves.size / 2);
  await readBlob(halves, new Uint8Array(bits.buffer));
  return new Blob([halfToFloat32(bits) as Float32Array<ArrayBuffer>]);
}

/** The chunks of a file, each with its place. */
function place(file: PackFile, at: (offset: number, length: number) => Uint8Array): ChunkJob[] {
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
