import { CaseMatcherError } from '../errors.ts';
import { fetchBytes } from './download.ts';
import { type ExportedConfig, externalDataFiles, parseExportedConfig } from './exported-config.ts';
import { DTYPE_SUFFIXES, dtypesFor, type ExportedDtype } from './exported-dtypes.ts';
import type { Device } from './manifest.ts';
import type { PackProgress } from './pack.ts';
import { type FileFacts, fileFacts, unlessMissing } from './remote-file.ts';
import { WeightStore } from './store.ts';
import { type StoredChunk, streamToStore } from './stream-to-store.ts';

/** The bytes of one graph of an export. */
export interface LoadedExport {
  readonly config: ExportedConfig;
  readonly dtype: ExportedDtype;
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

export interface ExportOptions {
  readonly device: Device;
  /** This one and no other. */
  readonly dtype?: ExportedDtype | undefined;
  readonly signal: AbortSignal;
}

/** A file as it was stored: `version` and `size` are what the server said of it. */
interface StoredFile {
  readonly name: string;
  readonly size: number;
  readonly version: string | undefined;
  readonly hashed: boolean;
  readonly chunks: readonly StoredChunk[];
}

/** A set of files that were current together, written when all of them are stored. */
interface ExportMark {
  readonly config: unknown;
  readonly files: readonly StoredFile[];
}

/** Everything that has to be there, in the order graph, tokenizer, external data. */
type Plan = readonly { readonly name: string; readonly facts: FileFacts }[];

/**
 * A model as it was exported for transformers.js: `config.json`, `tokenizer.json`, `onnx/model*.onnx` and its
 * `_data` files. No manifest says what its bytes should be; what the server says stands in for it.
 */
export class ExportedModel {
  readonly #folder: string;
  readonly #options: ExportOptions;
  readonly #store = new WeightStore();
  /** config.json as it was served; undefined without the network. */
  readonly #served: unknown;

  private constructor(folder: string, options: ExportOptions, served: unknown) {
    this.#folder = folder;
    this.#options = options;
    this.#served = served;
  }

  /**
   * Opens the export in a folder (an absolute URL with a slash at its end); undefined where there is none. Without
   * the network {@link load} uses what the last complete visit stored. Errors: `network`, `http`, `timeout`.
   */
  static async open(folder: string, options: ExportOptions): Promise<ExportedModel | undefined> {
    const url = `${folder}config.json`;
    try {
      const bytes = await unlessMissing(fetchBytes(url, options));
      const served = bytes === undefined ? undefined : parseObject(bytes);
      return served === undefined ? undefined : new ExportedModel(folder, options, served);
    } catch (error) {
      const offline = new ExportedModel(folder, options, undefined);
      if (isOffline(error) && (await offline.#storedMark()) !== undefined) return offline;
      throw error;
    }
  }

  /**
   * The graph for the device with its weights, and the tokenizer. What is stored and still current is used, the rest
   * is fetched, checked and stored. Errors: `network`, `http`, `timeout`, `integrity`, `not-a-model` (a file of the
   * layout is missing), `device-unavailable` (no graph for this device); the signal's reason.
   */
  async load(onProgress: (progress: PackProgress) => void): Promise<LoadedExport> {
    const { dtype, plan, config, stored } = await this.#plan();
    const total = plan.reduce((sum, { facts }) => sum + (facts.size ?? 0), 0);
    let loaded = 0;
    let fetched = 0;
    let persisted = true;
    const files: StoredFile[] = [];
    const blobs: Blob[] = [];
    const report = (): void => onProgress({ loaded, total: Math.max(total, loaded), fetched });
    report();
    for (const { name, facts } of plan) {
      const known = stored.find((file) => isCurrent(file, name, facts));
      const blob = known && (await this.#read(known));
      if (known && blob) {
        loaded += known.size;
        report();
        files.push(known);
        blobs.push(blob);
        continue;
      }
      const onBytes = (bytes: number): void => {
        loaded += bytes;
        fetched += bytes;
        report();
      };
      const { signal } = this.#options;
      const from = { facts, store: this.#store };
      const file = await streamToStore(this.#folder + name, from, { signal, onBytes });
      persisted &&= file.persisted;
      files.push({ name, size: file.size, version: facts.version, hashed: file.hashed, chunks: file.chunks });
      blobs.push(file.blob);
    }
    if (persisted) {
      const manifest: ExportMark = { config, files };
      const chunks = files.flatMap((file) => file.chunks.map(({ sha256 }) => sha256));
      persisted = await this.#store.commit(this.#markKey(dtype), { manifest, chunks });
    }
    const [graph, tokenizer, ...data] = blobs as [Blob, Blob, ...Blob[]];
    const [, , ...dataFiles] = files;
    return {
      config: parseExportedConfig(config, `${this.#folder}config.json`),
      dtype,
      tokenizer,
      graph,
      weights: new Map(dataFiles.map(({ name }, i) => [baseName(name), data[i] as Blob])),
      fetchedBytes: fetched,
      totalBytes: loaded,
      persisted,
      hashed: files.every(({ name, hashed }) => hashed || name === TOKENIZER),
    };
  }

  /** What to load: what the server has now, or without the network what was stored together. */
  async #plan() {
    const mark = await this.#storedMark();
    try {
      if (this.#served === undefined) throw new CaseMatcherError('network', { url: this.#folder });
      const { dtype, plan } = await this.#currentFiles(this.#served);
      const stored = (await this.#mark(dtype))?.files ?? [];
      return { dtype, plan, config: this.#served, stored };
    } catch (error) {
      if (!isOffline(error) || mark === undefined) throw error;
      const plan = mark.files.map((file) => ({ name: file.name, facts: { ...file, sha256: undefined } }));
      return { dtype: mark.dtype, plan, config: mark.config, stored: mark.files };
    }
  }

  async #currentFiles(config: unknown): Promise<{ dtype: ExportedDtype; plan: Plan }> {
    for (const dtype of this.#dtypes()) {
      const graph = await this.#facts(graphPath(dtype));
      if (graph === undefined) continue;
      const plan = [{ name: graphPath(dtype), facts: graph }, await this.#demand(TOKENIZER)];
      return { dtype, plan: [...plan, ...(await this.#externalData(config, dtype))] };
    }
    const { device, dtype } = this.#options;
    const looked = this.#dtypes().map(graphPath);
    const reason = looked.length > 0 ? `no ${looked.join(', ')}` : `${dtype} is not for this device`;
    if (dtype !== undefined && looked.length > 0) {
      throw new CaseMatcherError('not-a-model', { url: this.#folder, reason });
    }
    throw new CaseMatcherError('device-unavailable', { device, reason });
  }

  async #externalData(config: unknown, dtype: ExportedDtype): Promise<Plan> {
    const said = externalDataFiles(config, baseName(graphPath(dtype)), this.#folder);
    const path = (i: number): string => `${graphPath(dtype)}_data${i === 0 ? '' : `_${i}`}`;
    if (said !== undefined) return Promise.all(Array.from({ length: said }, (_, i) => this.#demand(path(i))));
    const found: { name: string; facts: FileFacts }[] = [];
    for (;;) {
      const name = path(found.length);
      const facts = await this.#facts(name);
      if (facts === undefined) return found;
      found.push({ name, facts });
    }
  }

  async #demand(name: string): Promise<{ name: string; facts: FileFacts }> {
    const facts = await this.#facts(name);
    if (facts !== undefined) return { name, facts };
    throw new CaseMatcherError('not-a-model', { url: this.#folder, reason: `no ${name}` });
  }

  #facts(name: string): Promise<FileFacts | undefined> {
    return fileFacts(this.#folder + name, this.#options.signal);
  }

  #dtypes(): readonly ExportedDtype[] {
    return dtypesFor(this.#options.device, this.#options.dtype);
  }

  async #storedMark(): Promise<(ExportMark & { dtype: ExportedDtype }) | undefined> {
    for (const dtype of this.#dtypes()) {
      const mark = await this.#mark(dtype);
      if (mark !== undefined) return { ...mark, dtype };
    }
    return undefined;
  }

  async #mark(dtype: ExportedDtype): Promise<ExportMark | undefined> {
    return (await this.#store.mark(this.#markKey(dtype)))?.manifest as ExportMark | undefined;
  }

  #markKey(dtype: ExportedDtype): string {
    return this.#folder + graphPath(dtype);
  }

  /** A stored file, if every chunk of it is still there and sound. */
  async #read(file: StoredFile): Promise<Blob | undefined> {
    const chunks: Blob[] = [];
    for (const chunk of file.chunks) {
      const blob = await this.#store.chunk(chunk);
      if (blob === undefined) return undefined;
      chunks.push(blob);
    }
    return new Blob(chunks);
  }
}

const TOKENIZER = 'tokenizer.json';

function graphPath(dtype: ExportedDtype): string {
  return `onnx/model${DTYPE_SUFFIXES[dtype]}.onnx`;
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function isCurrent(file: StoredFile, name: string, facts: FileFacts): boolean {
  if (file.name !== name || file.version !== facts.version) return false;
  return facts.size === undefined || facts.size === file.size;
}

function isOffline(error: unknown): boolean {
  return error instanceof CaseMatcherError && ['network', 'timeout'].includes(error.code);
}

function parseObject(bytes: Uint8Array): unknown {
  try {
    const json: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof json === 'object' && json !== null ? json : undefined;
  } catch {
    return undefined;
  }
}
