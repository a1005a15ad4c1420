import { abortReason, CaseMatcherError } from '../errors.ts';
import { fetchBytes, fetchChunk } from './download.ts';
import type { EmbeddingTable, PackChunk, PackFile, PackManifest, PackVariant } from './manifest.ts';
import { parseManifest } from './parse-manifest.ts';
import { sha256 } from './sha256.ts';
import { WeightStore } from './store.ts';

/** Enough to hide a server's latency; more only competes with the agent's own work. */
const PARALLEL_FETCHES = 3;

export interface PackProgress {
  readonly loaded: number;
  readonly total: number;
  readonly fetched: number;
}

/** The verified bytes of one variant, as Blobs (which the browser may keep on disk). */
export interface LoadedVariant {
  readonly tokenizer: Blob;
  readonly graph: Blob;
  /** By external-data location. */
  readonly weights: ReadonlyMap<string, Blob>;
  /** Chunk by chunk, each of whole rows. */
  readonly embedding: { readonly table: EmbeddingTable; readonly chunks: readonly Blob[] };
  readonly fetchedBytes: number;
  readonly totalBytes: number;
  /** Whether everything is stored for the next visit. */
  readonly persisted: boolean;
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
  async load(
    variant: PackVariant,
    options: { signal: AbortSignal; onProgress?: (progress: PackProgress) => void },
  ): Promise<LoadedVariant> {
    const table = this.manifest.embeddings[variant.embedding];
    if (table === undefined)
      throw new CaseMatcherError('integrity', { url: this.#folder, reason: 'embedding' });
    const files: PackFile[] = [this.manifest.tokenizer, variant.graph, table, ...variant.weights];
    const chunks = new Map(files.flatMap((file) => file.chunks).map((chunk) => [chunk.sha256, chunk]));
    const total = [...chunks.values()].reduce((sum, chunk) => sum + chunk.size, 0);
    let loaded = 0;
    let fetched = 0;
    const report = (): void => options.onProgress?.({ loaded, total, fetched });
    report();

    const blobs = new Map<string, Blob>();
    const missing: PackChunk[] = [];
    for (const chunk of chunks.values()) {
      if (options.signal.aborted) throw abortReason(options.signal);
      const blob = await this.#stored(chunk);
      if (blob === undefined) {
        missing.push(chunk);
      } else {
        blobs.set(chunk.sha256, blob);
        loaded += chunk.size;
        report();
      }
    }

    let persisted = true;
    const fetchOne = async (chunk: PackChunk, signal: AbortSignal): Promise<void> => {
      const onBytes = (bytes: number): void => {
        fetched += bytes;
        loaded += bytes;
        report();
      };
      const url = this.#folder + chunk.path;
      const blob = await fetchChunk(url, chunk, { signal, onBytes });
      if (!(await this.#store.putChunk(chunk.sha256, blob))) persisted = false;
      blobs.set(chunk.sha256, blob);
    };
    await inParallel(missing, PARALLEL_FETCHES, options.signal, fetchOne);

    if (persisted) {
      const mark = { manifest: this.#served, chunks: [...chunks.keys()] };
      persisted = await this.#store.commit(this.#folder, mark);
    }
    const bytesOf = (chunk: PackChunk): Blob => blobs.get(chunk.sha256) as Blob;
    // Composing a Blob of Blobs copies nothing.
    const file = (packFile: PackFile): Blob => new Blob(packFile.chunks.map(bytesOf));
    return {
      tokenizer: file(this.manifest.tokenizer),
      graph: file(variant.graph),
      weights: new Map(variant.weights.map((weights) => [weights.name, file(weights)])),
      embedding: { table, chunks: table.chunks.map(bytesOf) },
      fetchedBytes: fetched,
      totalBytes: total,
      persisted,
    };
  }

  /** A stored chunk, if it is still the bytes that it should be. */
  async #stored(chunk: PackChunk): Promise<Blob | undefined> {
    const blob = await this.#store.chunk(chunk.sha256);
    if (blob === undefined) return undefined;
    const sound =
      blob.size === chunk.size &&
      (await blob.arrayBuffer().then(
        async (bytes) => (await sha256(new Uint8Array(bytes))) === chunk.sha256,
        () => false,
      ));
    if (sound) return blob;
    await this.#store.dropChunk(chunk.sha256);
    return undefined;
  }
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
