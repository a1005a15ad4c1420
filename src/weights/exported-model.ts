import { CaseMatcherError } from '../errors.ts';
import { fetchBytes } from './download.ts';
import { externalDataFiles } from './exported-config.ts';
import { DTYPE_SUFFIXES, dtypesFor, type ExportedDtype } from './exported-dtypes.ts';
import { baseName, ExportedFiles, type ExportMark, type Plan, TOKENIZER } from './exported-files.ts';
import type { Device } from './manifest.ts';
import { type FileFacts, fileFacts, unlessMissing } from './remote-file.ts';
import { hasNoAnswer, retrying } from './retry.ts';
import { lastThatWorked, WeightStore } from './store.ts';

export interface ExportOptions {
  readonly device: Device;
  /** This one and no other. */
  readonly dtype?: ExportedDtype | undefined;
  /** What people call the model; by default its folder. */
  readonly name?: string | undefined;
  readonly signal: AbortSignal;
}

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
   * the network {@link choose} takes what the last complete visit stored. Errors: `network`, `http`, `timeout`.
   */
  static async open(folder: string, options: ExportOptions): Promise<ExportedModel | undefined> {
    const url = `${folder}config.json`;
    try {
      const bytes = await unlessMissing(fetchBytes(url, options));
      const served = bytes === undefined ? undefined : parseObject(bytes);
      return served === undefined ? undefined : new ExportedModel(folder, options, served);
    } catch (error) {
      const stored = hasNoAnswer(error) ? await ExportedModel.stored(folder, options) : undefined;
      if (stored === undefined) throw error;
      return stored;
    }
  }

  /** The export in a folder as the last complete visit stored it. */
  static async stored(folder: string, options: ExportOptions): Promise<ExportedModel | undefined> {
    const model = new ExportedModel(folder, options, undefined);
    return (await model.#stored()) && model;
  }

  /** Whether there is no network, so that what was stored is taken. */
  get offline(): boolean {
    return this.#served === undefined;
  }

  /**
   * The files of the graph for the device. Errors: `network`, `http`, `timeout`, `not-a-model` (a file of the layout is
   * missing), `device-unavailable` (no graph for this device); the signal's reason.
   */
  choose(): Promise<ExportedFiles> {
    return retrying(() => this.#choose(), this.#options);
  }

  async #choose(): Promise<ExportedFiles> {
    try {
      const config = this.#served;
      if (config === undefined) throw new CaseMatcherError('network', { url: this.#folder });
      const { dtype, plan } = await this.#currentFiles(config);
      const mark = (await this.#store.mark(this.#markKey(dtype)))?.manifest as ExportMark | undefined;
      return this.#files(dtype, { plan, config, mark });
    } catch (error) {
      const stored = hasNoAnswer(error) ? await this.#stored() : undefined;
      if (stored === undefined) throw error;
      const { dtype, mark } = stored;
      const plan = mark.files.map((file) => ({ name: file.name, facts: { ...file, sha256: undefined } }));
      return this.#files(dtype, { plan, config: mark.config, mark });
    }
  }

  #files(
    dtype: ExportedDtype,
    found: { plan: Plan; config: unknown; mark: ExportMark | undefined },
  ): ExportedFiles {
    const { name = this.#folder } = this.#options;
    const place = { folder: this.#folder, name, store: this.#store, markKey: this.#markKey(dtype) };
    return new ExportedFiles({ dtype, ...found, ...place });
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

  /** What the last complete visit stored that worked. */
  async #stored(): Promise<{ dtype: ExportedDtype; mark: ExportMark } | undefined> {
    for (const dtype of this.#dtypes()) {
      const stored = lastThatWorked(await this.#store.mark(this.#markKey(dtype)));
      if (stored !== undefined) return { dtype, mark: stored.manifest as ExportMark };
    }
    return undefined;
  }

  #markKey(dtype: ExportedDtype): string {
    return this.#folder + graphPath(dtype);
  }
}

function graphPath(dtype: ExportedDtype): string {
  return `onnx/model${DTYPE_SUFFIXES[dtype]}.onnx`;
}

function parseObject(bytes: Uint8Array): unknown {
  try {
    const json: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof json === 'object' && json !== null ? json : undefined;
  } catch {
    return undefined;
  }
}
