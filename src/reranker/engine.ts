import { CaseMatcherError, withoutQuotes } from '../errors.ts';
import { type Device, type ExportedDtype, openModel, Pack, type PackProgress } from '../weights/index.ts';
import { requireWasm } from './device.ts';
import { loadExported } from './load-exported.ts';
import { loadPack } from './load-pack.ts';
import type { LoadedModel } from './loaded-model.ts';
import { Prefixes } from './prefixes.ts';
import {
  type PrepareArgument,
  prepare,
  type RankArgument,
  type RankModel,
  RankRun,
  type ScoreEvent,
} from './rank-run.ts';
import { runtimeError } from './runtime-error.ts';
import { ScoreMemory } from './score-memory.ts';
import type { Threads } from './threads.ts';
import type { EngineInfo, Fallback, LoadPhase, LoadProgress } from './types.ts';

/** What an engine is started with. */
export interface EngineStart {
  /** Absolute URL. */
  readonly model: string;
  /** Of an export that was named by it. */
  readonly id: string | undefined;
  readonly dtype: ExportedDtype | undefined;
  readonly device: Device;
  readonly threads: Threads;
  /** Where this is. */
  readonly host: EngineInfo['host'];
  /** The steps down that led here. */
  readonly fallbacks: readonly Fallback[];
}

/** A loaded model in the worker: from a query and texts to logits. */
export class Engine {
  readonly info: EngineInfo;
  readonly #model: RankModel;

  private constructor(model: LoadedModel, { device, host, fallbacks }: EngineStart) {
    this.info = { ...model.info, device, host, fallbacks, runtimeFiles: fetchedRuntimes() };
    const { scorer, prompt, constant, maxPositions } = model;
    this.#model = {
      scorer,
      prompt,
      maxPositions,
      prefixes: new Prefixes(scorer, constant),
      memory: new ScoreMemory(),
    };
  }

  /**
   * Downloads what is missing, starts the runtime, and trusts it once the model's self-test is passed. Where that fails
   * nothing is taken down: the worker is ended by its host.
   */
  static async load(
    start: EngineStart,
    { signal, onProgress }: { signal: AbortSignal; onProgress: (progress: LoadProgress) => void },
  ): Promise<Engine> {
    const { model: url, id, dtype, device, threads } = start;
    let bytes: Pick<PackProgress, 'loaded' | 'total' | 'fetched'> = { loaded: 0, total: 0, fetched: 0 };
    const report = (phase: LoadPhase, progress?: PackProgress): void => {
      bytes = progress ?? bytes;
      const { loaded, total, fetched } = bytes;
      const { bytesPerSecond, secondsLeft, from } = progress ?? {};
      onProgress({ phase, loaded, total, fetched, bytesPerSecond, secondsLeft, from });
    };
    requireWasm(device);
    report('manifest');
    try {
      const name = id ?? folderName(url);
      const opened = await openModel(url, { exported: id !== undefined, name, device, dtype, signal });
      const place = { device, threads };
      const model =
        opened instanceof Pack
          ? await loadPack(opened, place, { signal, report })
          : await loadExported(opened, { ...place, name }, { signal, report });
      report('ready');
      return new Engine(model, start);
    } catch (error) {
      throw asEngineError(error, device, signal);
    }
  }

  /** Scores the texts against the query, one `onScore` for each score. An abort takes effect after one run. */
  async rank(
    argument: RankArgument,
    options: { signal: AbortSignal; pause: () => Promise<void>; onScore: (event: ScoreEvent) => void },
  ): Promise<void> {
    await this.#running(() => new RankRun(this.#model, argument, options).run(), options.signal);
  }

  /** Computes what the documents of a query share, so that {@link rank} finds it done. */
  async prepare(argument: PrepareArgument, options: { signal: AbortSignal }): Promise<void> {
    await this.#running(() => prepare(this.#model, argument, options), options.signal);
  }

  async #running(work: () => Promise<void>, signal: AbortSignal): Promise<void> {
    try {
      await work();
    } catch (error) {
      throw withoutQuotes(asEngineError(error, this.info.device, signal));
    }
  }
}

/** Of this worker: onnxruntime fetches its own. */
function fetchedRuntimes(): string[] {
  const names = performance.getEntriesByType('resource').map(({ name }) => name);
  return names.filter((name) => name.endsWith('.wasm'));
}

/** An error of nobody's is the runtime's. */
function asEngineError(error: unknown, device: Device, signal: AbortSignal): unknown {
  return signal.aborted || error instanceof CaseMatcherError ? error : runtimeError(error, device);
}

/** What an export that has no name is called. */
function folderName(url: string): string {
  const path = new URL(url).pathname.replace(/\/resolve\/[^/]*\/?$/, '');
  const folders = path.split('/').filter((part) => part !== '');
  return folders[folders.length - 1] ?? url;
}
