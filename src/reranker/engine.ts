import { CaseMatcherError } from '../errors.ts';
import { type Device, openModel, Pack, type PackProgress } from '../weights/index.ts';
import { loadExported } from './load-exported.ts';
import { loadPack } from './load-pack.ts';
import type { LoadedModel } from './loaded-model.ts';
import { Prefixes } from './prefixes.ts';
import type { Argument, EngineInfo, ScoreEvent } from './protocol.ts';
import { prepare, type RankModel, RankRun } from './rank-run.ts';
import { runtimeError } from './runtime.ts';
import { ScoreMemory } from './score-memory.ts';
import type { LoadPhase, LoadProgress } from './types.ts';

/** A loaded model in the worker: from a query and texts to logits. */
export class Engine {
  readonly info: EngineInfo;
  readonly #model: RankModel;

  private constructor(model: LoadedModel, device: Device) {
    this.info = { ...model.info, device, host: 'worker' };
    const { scorer, prompt, constant, maxPositions } = model;
    this.#model = {
      scorer,
      prompt,
      maxPositions,
      prefixes: new Prefixes(scorer, constant),
      memory: new ScoreMemory(),
    };
  }

  /** Downloads what is missing, starts the runtime, and trusts it once the model's self-test is passed. */
  static async load(
    { model: url, id, dtype, device }: Argument<'load'>,
    { signal, onProgress }: { signal: AbortSignal; onProgress: (progress: LoadProgress) => void },
  ): Promise<Engine> {
    let bytes: Pick<PackProgress, 'loaded' | 'total' | 'fetched'> = { loaded: 0, total: 0, fetched: 0 };
    const report = (phase: LoadPhase, progress?: PackProgress): void => {
      bytes = progress ?? bytes;
      const { loaded, total, fetched } = bytes;
      const { bytesPerSecond, secondsLeft, waiting = false } = progress ?? {};
      onProgress({ phase, loaded, total, fetched, bytesPerSecond, secondsLeft, waiting });
    };
    report('manifest');
    const name = id ?? folderName(url);
    const opened = await openModel(url, { exported: id !== undefined, name, device, dtype, signal });
    const model =
      opened instanceof Pack
        ? await loadPack(opened, device, { signal, report })
        : await loadExported(opened, { name, device }, { signal, report });
    report('ready');
    return new Engine(model, device);
  }

  /** Scores the texts against the query, one `onScore` for each score. An abort takes effect after one run. */
  async rank(
    argument: Argument<'rank'>,
    options: { signal: AbortSignal; onScore: (event: ScoreEvent) => void },
  ): Promise<void> {
    await this.#running(() => new RankRun(this.#model, argument, options).run(), options.signal);
  }

  /** Computes what the documents of a query share, so that {@link rank} finds it done. */
  async prepare(argument: Argument<'prepare'>, options: { signal: AbortSignal }): Promise<void> {
    await this.#running(() => prepare(this.#model, argument, options), options.signal);
  }

  async #running(work: () => Promise<void>, signal: AbortSignal): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (signal.aborted || error instanceof CaseMatcherError) throw error;
      throw runtimeError(error, this.info.device);
    }
  }
}

/** What an export that has no name is called. */
function folderName(url: string): string {
  const path = new URL(url).pathname.replace(/\/resolve\/[^/]*\/?$/, '');
  const folders = path.split('/').filter((part) => part !== '');
  return folders[folders.length - 1] ?? url;
}
