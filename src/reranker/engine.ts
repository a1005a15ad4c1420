import { abortReason, CaseMatcherError } from '../errors.ts';
import { type Device, openModel, Pack, type PackProgress } from '../weights/index.ts';
import { loadExported } from './load-exported.ts';
import { loadPack } from './load-pack.ts';
import type { LoadedModel } from './loaded-model.ts';
import { nextTask } from './next-task.ts';
import type { Prompt } from './prompt.ts';
import type { Argument, EngineInfo, ScoreEvent } from './protocol.ts';
import { groupByBudget } from './run-plan.ts';
import { runtimeError } from './runtime.ts';
import type { Prefix, Scorer } from './scorer.ts';
import type { LoadPhase, LoadProgress } from './types.ts';

const TOKENISED_AHEAD = 16;

/** A loaded model in the worker: from a query and texts to logits. */
export class Engine {
  readonly info: EngineInfo;
  readonly #scorer: Scorer;
  readonly #prompt: Prompt;
  readonly #maxPositions: number;

  private constructor(model: LoadedModel, device: Device) {
    this.info = { ...model.info, device, host: 'worker' };
    this.#scorer = model.scorer;
    this.#prompt = model.prompt;
    this.#maxPositions = model.maxPositions;
  }

  /** Downloads what is missing, starts the runtime, and trusts it once the model's self-test is passed. */
  static async load(
    { model: url, id, dtype, device }: Argument<'load'>,
    { signal, onProgress }: { signal: AbortSignal; onProgress: (progress: LoadProgress) => void },
  ): Promise<Engine> {
    let bytes: PackProgress = { loaded: 0, total: 0, fetched: 0 };
    const report = (phase: LoadPhase, progress = bytes): void => {
      bytes = progress;
      onProgress({ phase, ...bytes });
    };
    report('manifest');
    const opened = await openModel(url, { exported: id !== undefined, device, dtype, signal });
    const model =
      opened instanceof Pack
        ? await loadPack(opened, device, { signal, report })
        : await loadExported(opened, { name: id ?? folderName(url), device }, { signal, report });
    report('ready');
    return new Engine(model, device);
  }

  /** Scores every text against the query, in order, one `onScore` each. An abort takes effect after one run. */
  async rank(
    { query, texts, instruction, maxDocumentTokens }: Argument<'rank'>,
    options: { signal: AbortSignal; onScore: (event: ScoreEvent) => void },
  ): Promise<void> {
    const { signal } = options;
    const ids = this.#prompt.prefix(query, instruction);
    const room = this.#maxPositions - ids.length - this.#prompt.tailLength;
    if (room < 1)
      throw new CaseMatcherError('query-too-long', { tokens: ids.length, limit: ids.length + room - 1 });
    const budget = Math.min(maxDocumentTokens, room);
    let prefix: Prefix | undefined;
    try {
      prefix = await this.#scorer.prefill(ids, { signal });
      for (const batch of this.#batches(texts, budget, prefix)) {
        await nextTask();
        if (signal.aborted) throw abortReason(signal);
        const logits = await this.#scorer.score(
          prefix,
          batch.map(({ part }) => part.ids),
          { signal },
        );
        batch.forEach(({ index, part }, i) => {
          options.onScore({ index, logit: finite(logits[i]), truncated: part.truncated });
        });
      }
    } catch (error) {
      if (signal.aborted || error instanceof CaseMatcherError) throw error;
      throw runtimeError(error, this.info.device);
    } finally {
      if (prefix !== undefined) this.#scorer.release(prefix);
    }
  }

  /** Tokenises as it goes: ten thousand documents need not be in memory as ids at once. */
  *#batches(texts: readonly string[], maxDocumentTokens: number, prefix: Prefix) {
    for (let start = 0; start < texts.length; start += TOKENISED_AHEAD) {
      const window = texts.slice(start, start + TOKENISED_AHEAD).map((text, i) => {
        return { index: start + i, part: this.#prompt.document(text, maxDocumentTokens) };
      });
      const lengths = window.map(({ part }) => part.ids.length);
      for (const group of groupByBudget(lengths, () => this.#scorer.tokensTogether(prefix))) {
        yield group.flatMap((i) => window[i] ?? []);
      }
    }
  }
}

/** What an export that has no name is called. */
function folderName(url: string): string {
  const path = new URL(url).pathname.replace(/\/resolve\/[^/]*\/?$/, '');
  const folders = path.split('/').filter((part) => part !== '');
  return folders[folders.length - 1] ?? url;
}

/** A run that gives NaN computes nonsense; it must not be sorted. */
function finite(logit: number | undefined): number {
  if (logit !== undefined && Number.isFinite(logit)) return logit;
  throw new CaseMatcherError('runtime-unavailable', { reason: 'the model returned no number' });
}
