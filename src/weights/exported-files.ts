import { type ExportedConfig, parseExportedConfig } from './exported-config.ts';
import type { ExportedDtype } from './exported-dtypes.ts';
import type { PackProgress } from './pack.ts';
import type { FileFacts } from './remote-file.ts';
import type { WeightStore } from './store.ts';
import { type StoredChunk, streamToStore } from './stream-to-store.ts';

export const TOKENIZER = 'tokenizer.json';

/** The bytes of one graph of an export. */
export interface LoadedExport {
  readonly config: ExportedConfig;
  readonly tokenizer: Blob;
  readonly graph: Blob;
  /** By external-data location. */
  readonly weights: ReadonlyMap<string, Blob>;
  readonly fetchedBytes: number;
  readonly totalBytes: number;
  /** Whether everything is stored for the next visit. */
  readonly persisted: boolean;
  /** Whether every weight was checked by SHA-256 when it was fetched; otherwise some by their length alone. */
  readonly hashed: boolean;
}

/** A file as it was stored: `version` and `size` are what the server said of it. */
export interface StoredFile {
  readonly name: string;
  readonly size: number;
  readonly version: string | undefined;
  readonly hashed: boolean;
  readonly chunks: readonly StoredChunk[];
}

/** A set of files that were current together, written when all of them are stored. */
export interface ExportMark {
  readonly config: unknown;
  readonly files: readonly StoredFile[];
  readonly notes: Readonly<Record<string, string>>;
}

/** Everything that a graph needs, in the order graph, tokenizer, external data. */
export type Plan = readonly { readonly name: string; readonly facts: FileFacts }[];

/** The files of one graph of an export, as the server has them now or as they were stored together. */
export class ExportedFiles {
  readonly dtype: ExportedDtype;
  readonly #folder: string;
  readonly #markKey: string;
  readonly #store: WeightStore;
  readonly #config: unknown;
  readonly #plan: Plan;
  #mark: ExportMark | undefined;

  constructor(options: {
    folder: string;
    dtype: ExportedDtype;
    config: unknown;
    plan: Plan;
    store: WeightStore;
    markKey: string;
    mark: ExportMark | undefined;
  }) {
    this.dtype = options.dtype;
    this.#folder = options.folder;
    this.#markKey = options.markKey;
    this.#store = options.store;
    this.#config = options.config;
    this.#plan = options.plan;
    this.#mark = options.mark;
  }

  /** What was noted on an earlier visit, if it was about these very files. */
  note(topic: string): string | undefined {
    const mark = this.#mark;
    const same = this.#plan.every(({ name, facts }) =>
      mark?.files.some((file) => isCurrent(file, name, facts)),
    );
    return same ? mark?.notes[topic] : undefined;
  }

  /** Keeps a note for later visits, where the files themselves are kept. */
  async takeNote(topic: string, note: string): Promise<void> {
    if (this.#mark === undefined || this.note(topic) === note) return;
    await this.#commit({ ...this.#mark, notes: { ...this.#mark.notes, [topic]: note } });
  }

  /**
   * The bytes. What is stored and still current is used, the rest is fetched, checked and stored. Errors: `network`,
   * `http`, `timeout`, `integrity`, `not-a-model` (config.json); the signal's reason.
   */
  async load(options: {
    signal: AbortSignal;
    onProgress: (progress: PackProgress) => void;
  }): Promise<LoadedExport> {
    const config = parseExportedConfig(this.#config, `${this.#folder}config.json`);
    const known = this.#plan.reduce((sum, { facts }) => sum + (facts.size ?? 0), 0);
    let loaded = 0;
    let fetched = 0;
    const report = (): void => options.onProgress({ loaded, total: Math.max(known, loaded), fetched });
    const onBytes = (bytes: number): void => {
      loaded += bytes;
      fetched += bytes;
      report();
    };
    report();
    let persisted = true;
    const files: StoredFile[] = [];
    const blobs: Blob[] = [];
    for (const { name, facts } of this.#plan) {
      const stored = await this.#stored(name, facts);
      if (stored !== undefined) {
        files.push(stored.file);
        blobs.push(stored.blob);
        loaded += stored.file.size;
        report();
        continue;
      }
      const from = { facts, store: this.#store };
      const file = await streamToStore(this.#folder + name, from, { signal: options.signal, onBytes });
      persisted &&= file.persisted;
      files.push({ name, size: file.size, version: facts.version, hashed: file.hashed, chunks: file.chunks });
      blobs.push(file.blob);
    }
    const changed = fetched > 0 || JSON.stringify(this.#mark?.config) !== JSON.stringify(this.#config);
    if (changed && persisted) persisted = await this.#commit({ config: this.#config, files, notes: {} });
    const [graph, tokenizer, ...data] = blobs as [Blob, Blob, ...Blob[]];
    const [, , ...dataFiles] = files;
    return {
      config,
      tokenizer,
      graph,
      weights: new Map(dataFiles.map(({ name }, i) => [baseName(name), data[i] as Blob])),
      fetchedBytes: fetched,
      totalBytes: loaded,
      persisted,
      hashed: files.every(({ name, hashed }) => hashed || name === TOKENIZER),
    };
  }

  /** A stored file, if it is current and every chunk of it is still there and sound. */
  async #stored(name: string, facts: FileFacts): Promise<{ file: StoredFile; blob: Blob } | undefined> {
    const file = this.#mark?.files.find((candidate) => isCurrent(candidate, name, facts));
    if (file === undefined) return undefined;
    const chunks: Blob[] = [];
    for (const chunk of file.chunks) {
      const blob = await this.#store.chunk(chunk);
      if (blob === undefined) return undefined;
      chunks.push(blob);
    }
    return { file, blob: new Blob(chunks) };
  }

  async #commit(mark: ExportMark): Promise<boolean> {
    const chunks = mark.files.flatMap((file) => file.chunks.map(({ sha256 }) => sha256));
    const kept = await this.#store.commit(this.#markKey, { manifest: mark, chunks });
    this.#mark = kept ? mark : undefined;
    return kept;
  }
}

/** The last part of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function isCurrent(file: StoredFile, name: string, facts: FileFacts): boolean {
  if (file.name !== name || file.version !== facts.version) return false;
  return facts.size === undefined || facts.size === file.size;
}
