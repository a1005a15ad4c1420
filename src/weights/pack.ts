import { abortReason, CaseMatcherError } from '../errors.ts';
import { fetchBytes, fetchChunk } from './download.ts';
import type { EmbeddingTable, PackChunk, PackFile, PackManifest, PackVariant } from './manifest.ts';
import { parseManifest } from './parse-manifest.ts';
import { sha256 } from './sha256.ts';
import { WeightStore } from './store.ts';

/** Enough to hide a server's latency; more only competes with the agent's own work. */
const PARALLEL_FETCHES = 3;
/** While one chunk is hashed another is read; each is up to 32 MiB of memory. */
const PARALLEL_READS = 2;

export interface PackProgress {
  readonly loaded: number;
  readonly total: number;
  readonly fetched: number;
}

/** The verified bytes of one variant; Blobs may be kept on disk by the browser. */
export interface LoadedVariant {
  readonly tokenizer: Blob;
  /** Absent where the variant has none. */
  readonly graph: Blob | undefined;
  /** By external-data location; empty where the bytes went to `onWeights`. */
  readonly weights: ReadonlyMap<string, Blob>;
  /** Chunk by chunk, each of whole rows. */
  readonly embedding: { readonly table: EmbeddingTable; readonly chunks: readonly ArrayBuffer[] };
  readonly fetchedBytes: number;
  readonly totalBytes: number;
  /** Whether everything is stored for the next visit. */
  readonly persisted: boolean;
}

export interface PackLoadOptions {
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: PackProgress) => void;
  /**
   * Takes the bytes of the variant's one weights file as soon as they are verified, in any order, so that they need
   * not be read or held twice.
   */
  readonly onWeights?: (offset: number, bytes: Uint8Array) => void;
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
    const { signal, onWeights } = options;
    const table = this.manifest.embeddings[variant.embedding];
    if (table === undefined)
      throw new CaseMatcherError('integrity', { url: this.#folder, reason: 'embedding' });
    const { tokenizer } = this.manifest;
    const graph = variant.graph === undefined ? [] : [variant.graph];
    const files: PackFile[] = [tokenizer, ...graph, table, ...variant.weights];
    const chunks = new Map(files.flatMap((file) => file.chunks).map((chunk) => [chunk.sha256, chunk]));
    const total = [...chunks.values()].reduce((sum, chunk) => sum + chunk.size, 0);
    let loaded = 0;
    let fetched = 0;
    const report = (): void => options.onProgress?.({ loaded, total, fetched });
    report();

    const blobs = new Map<string, Blob>();
    const rows = new Map<string, ArrayBuffer>();
    const streamed = onWeights === undefined ? [] : variant.weights;
    const kept = new Set([tokenizer, ...graph, ...(onWeights ? [] : variant.weights)].flatMap(hashesOf));
    const embedded = new Set(hashesOf(table));
    const take = ({ sha256: hash }: PackChunk, blob: Blob, bytes: ArrayBuffer): void => {
      for (const { chunks: all } of streamed) {
        let offset = 0;
        for (const chunk of all) {
          if (chunk.sha256 === hash) onWeights?.(offset, new Uint8Array(bytes));
          offset += chunk.size;
        }
      }
      if (kept.has(hash)) blobs.set(hash, blob);
      if (embedded.has(hash)) rows.set(hash, bytes);
    };

    const missing: PackChunk[] = [];
    await inParallel([...chunks.values()], PARALLEL_READS, signal, async (chunk) => {
      const stored = await this.#stored(chunk);
      if (stored === undefined) {
        missing.push(chunk);
        return;
      }
      take(chunk, stored.blob, stored.bytes);
      loaded += chunk.size;
      report();
    });

    let persisted = true;
    const fetchOne = async (chunk: PackChunk, stop: AbortSignal): Promise<void> => {
      const onBytes = (bytes: number): void => {
        fetched += bytes;
        loaded += bytes;
        report();
      };
      const url = this.#folder + chunk.path;
      const bytes = await fetchChunk(url, chunk, { signal: stop, onBytes });
      const blob = new Blob([bytes]);
      if (!(await this.#store.putChunk(chunk.sha256, blob))) persisted = false;
      take(chunk, blob, bytes);
    };
    await inParallel(missing, PARALLEL_FETCHES, signal, fetchOne);

    if (persisted) {
      const mark = { manifest: this.#served, chunks: [...chunks.keys()] };
      persisted = await this.#store.commit(this.#folder, mark);
    }
    // Composing a Blob of Blobs copies nothing.
    const file = (packFile: PackFile): Blob =>
      new Blob(packFile.chunks.map((chunk) => blobs.get(chunk.sha256) as Blob));
    const graphs = graph.map(file);
    return {
      tokenizer: file(tokenizer),
      graph: graphs[0],
      weights: new Map(onWeights ? [] : variant.weights.map((weights) => [weights.name, file(weights)])),
      embedding: { table, chunks: hashesOf(table).map((hash) => rows.get(hash) as ArrayBuffer) },
      fetchedBytes: fetched,
      totalBytes: total,
      persisted,
    };
  }

  /** A stored chunk, if it is still the bytes that it should be. */
  async #stored(chunk: PackChunk): Promise<{ blob: Blob; bytes: ArrayBuffer } | undefined> {
    const blob = await this.#store.chunk(chunk.sha256);
    if (blob === undefined) return undefined;
    const bytes = blob.size === chunk.size ? await blob.arrayBuffer().catch(() => undefined) : undefined;
    if (bytes !== undefined && (await sha256(new Uint8Array(bytes))) === chunk.sha256) return { blob, bytes };
    await this.#store.dropChunk(chunk.sha256);
    return undefined;
  }
}

function hashesOf(file: PackFile): string[] {
  return file.chunks.map((chunk) => chunk.sha256);
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
