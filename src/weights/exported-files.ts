import type { ExpectedChunk } from './chunk-reader.ts';
import { oneAtATime, whenFree } from './download-lock.ts';
import { type ExportedConfig, parseExportedConfig } from './exported-config.ts';
import type { ExportedDtype } from './exported-dtypes.ts';
import { downloadFile, type KnownPart } from './file-download.ts';
import { Keeping } from './keeping.ts';
import type { FileFacts } from './remote-file.ts';
import { sha256 } from './sha256.ts';
import type { WeightStore } from './store.ts';
import { type PackProgress, Transfer } from './transfer.ts';

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
  readonly chunks: readonly ExpectedChunk[];
}

/** A set of files that were current together, written when all of them are stored. */
export interface ExportMark {
  readonly config: unknown;
  readonly files: readonly StoredFile[];
  readonly notes: Readonly<Record<string, string>>;
}

/** Everything that a graph needs, in the order graph, tokenizer, external data. */
export type Plan = readonly PlannedFile[];
interface PlannedFile {
  readonly name: string;
  readonly facts: FileFacts;
}

/** What there is of a file. */
interface Stored extends PlannedFile {
  /** Of a complete visit, if it is current. */
  readonly file: StoredFile | undefined;
  readonly known: KnownPart;
  /** Bytes to be fetched, as far as the size is known. */
  readonly missing: number;
}

/** What a file takes on its way. */
interface Way {
  readonly keeping: Keeping;
  readonly transfer: Transfer;
  readonly signal: AbortSignal;
}

/** A file that is all there. */
interface FileAtHand {
  readonly file: StoredFile;
  readonly blob: Blob;
}

/** The files of one graph of an export, as the server has them now or as they were stored together. */
export class ExportedFiles {
  readonly dtype: ExportedDtype;
  readonly #folder: string;
  readonly #name: string;
  readonly #markKey: string;
  readonly #store: WeightStore;
  readonly #config: unknown;
  readonly #plan: Plan;
  #mark: ExportMark | undefined;

  constructor(options: {
    folder: string;
    /** What people call the model. */
    name: string;
    dtype: ExportedDtype;
    config: unknown;
    plan: Plan;
    store: WeightStore;
    markKey: string;
    mark: ExportMark | undefined;
  }) {
    this.dtype = options.dtype;
    this.#folder = options.folder;
    this.#name = options.name;
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
    const mark = { ...this.#mark, notes: { ...this.#mark.notes, [topic]: note } };
    await this.#commit(await this.#keeping([]), mark);
  }

  /** To be called once the model works: what was stored of older versions is removed. */
  async settle(): Promise<void> {
    await this.#store.settle(this.#markKey, await this.#version());
    await whenFree(() => this.#store.collectGarbage());
  }

  /**
   * The bytes. What is stored and still current is used, the rest is fetched, checked and stored. Errors: `network`,
   * `http`, `timeout`, `integrity`, `not-a-model` (config.json); the signal's reason.
   */
  async load(options: {
    signal: AbortSignal;
    onProgress: (progress: PackProgress) => void;
  }): Promise<LoadedExport> {
    const { signal, onProgress } = options;
    const config = parseExportedConfig(this.#config, `${this.#folder}config.json`);
    const transfer = new Transfer({
      total: this.#plan.reduce((sum, { facts }) => sum + (facts.size ?? 0), 0),
      open: this.#plan.some(({ facts }) => facts.size === undefined),
      report: onProgress,
    });
    const stored = await this.#readStored(this.#plan, transfer);
    const keeping = await this.#keeping(stored.flatMap(({ known }) => known.chunks));
    const way = { keeping, transfer, signal };
    const files = stored.every(wholeFile)
      ? await this.#bring(stored, way)
      : await oneAtATime({ signal, onWait: () => transfer.from('other-tab') }, async (waited) => {
          transfer.from('store');
          const found = waited ? await this.#readAgain(stored, transfer) : stored;
          return transfer.whileFetching(() => this.#bring(found, way));
        });
    const [graph, tokenizer, ...data] = files as [FileAtHand, FileAtHand, ...FileAtHand[]];
    return {
      config,
      tokenizer: tokenizer.blob,
      graph: graph.blob,
      weights: new Map(data.map(({ file, blob }) => [baseName(file.name), blob])),
      fetchedBytes: transfer.fetched,
      totalBytes: transfer.loaded,
      persisted: keeping.kept,
      hashed: files.every(({ file }) => file.hashed || file.name === TOKENIZER),
    };
  }

  /** What there is of the files: of a complete visit, or of one that was interrupted. */
  async #readStored(plan: Plan, transfer: Transfer): Promise<readonly Stored[]> {
    const found: Stored[] = [];
    for (const planned of plan) {
      const { name, facts } = planned;
      const file = this.#mark?.files.find((candidate) => isCurrent(candidate, name, facts));
      const chunks = file?.chunks ?? (await this.#store.unfinished(this.#folder + name, identity(facts)));
      const blobs: (Blob | undefined)[] = [];
      let missing = facts.size ?? 0;
      for (const chunk of chunks) {
        const blob = await this.#store.read(chunk);
        blobs.push(blob);
        if (blob === undefined) continue;
        transfer.found(blob.size);
        missing -= blob.size;
      }
      found.push({ ...planned, file, known: { chunks, blobs, complete: file !== undefined }, missing });
    }
    return found;
  }

  /** After another tab may have stored what was missing. */
  async #readAgain(stored: readonly Stored[], transfer: Transfer): Promise<readonly Stored[]> {
    const mark = (await this.#store.mark(this.#markKey))?.manifest as ExportMark | undefined;
    this.#mark = mark ?? this.#mark;
    const again: Stored[] = [];
    for (const before of stored) {
      if (wholeFile(before)) {
        again.push(before);
        continue;
      }
      for (const blob of before.known.blobs) transfer.found(-(blob?.size ?? 0));
      again.push(...(await this.#readStored([before], transfer)));
    }
    return again;
  }

  /** Fetches what is missing, and marks all as stored together: before the next tab, which may collect garbage. */
  async #bring(found: readonly Stored[], way: Way): Promise<readonly FileAtHand[]> {
    const missing = found.reduce((sum, file) => sum + (wholeFile(file) ? 0 : file.missing), 0);
    if (missing > 0) await way.keeping.ask(missing);
    const atHand: FileAtHand[] = [];
    for (const file of found) atHand.push(wholeFile(file) ?? (await this.#download(file, way)));
    const files = atHand.map(({ file }) => file);
    const same = JSON.stringify(files) === JSON.stringify(this.#mark?.files);
    const notes = (same && this.#mark?.notes) || {};
    await this.#commit(way.keeping, { config: this.#config, files, notes });
    return atHand;
  }

  async #download({ name, facts, file, known }: Stored, way: Way): Promise<FileAtHand> {
    const { keeping, transfer, signal } = way;
    const url = this.#folder + name;
    const { chunks, blob } = await downloadFile(url, known, {
      facts,
      keeping,
      signal,
      onBytes: (bytes) => transfer.arrived(bytes),
      onChunk: (all) => this.#store.putUnfinished(url, identity(facts), all),
    });
    const hashed = file?.hashed || facts.sha256 !== undefined;
    return { file: { name, size: blob.size, version: facts.version, hashed, chunks }, blob };
  }

  async #commit(keeping: Keeping, mark: ExportMark): Promise<void> {
    const chunks = mark.files.flatMap((file) => file.chunks);
    await keeping.commit({ manifest: mark, model: this.#name, chunks });
    this.#mark = keeping.kept ? mark : undefined;
    await this.#store.forgetUnfinished(mark.files.map(({ name }) => this.#folder + name));
  }

  async #keeping(chunks: readonly ExpectedChunk[]): Promise<Keeping> {
    return new Keeping(this.#store, { key: this.#markKey, version: await this.#version(), chunks });
  }

  /** Of all files together. */
  async #version(): Promise<string> {
    const files = this.#plan.map(({ name, facts }) => [name, facts.version, facts.size]);
    return sha256(new TextEncoder().encode(JSON.stringify([this.#config, files])));
  }
}

function wholeFile({ file, known }: Stored): FileAtHand | undefined {
  const { blobs } = known;
  return file && blobs.every((blob) => blob !== undefined)
    ? { file, blob: new Blob(blobs as Blob[]) }
    : undefined;
}

/** What tells that a download can be continued; undefined where nothing does. */
function identity({ sha256: hash, version, size }: FileFacts): string | undefined {
  return hash === undefined && version === undefined ? undefined : JSON.stringify([hash, version, size]);
}

/** The last part of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function isCurrent(file: StoredFile, name: string, facts: FileFacts): boolean {
  if (file.name !== name || file.version !== facts.version) return false;
  return facts.size === undefined || facts.size === file.size;
}
