import { abortReason, CaseMatcherError } from '../errors.ts';
import {
  type Device,
  Pack,
  type PackManifest,
  type PackProgress,
  type PackVariant,
  type VariantName,
} from '../weights/index.ts';
import { Embedding } from './embedding.ts';
import { nextTask } from './next-task.ts';
import { OrtScorer, presentNames } from './ort-scorer.ts';
import { Prompt } from './prompt.ts';
import type { Argument, EngineInfo, ScoreEvent } from './protocol.ts';
import { groupByBudget } from './run-plan.ts';
import { createSession, runtimeError } from './runtime.ts';
import type { Prefix, Scorer } from './scorer.ts';
import { selfTest } from './self-test.ts';
import { Tokenizer } from './tokenizer.ts';
import type { LoadProgress } from './types.ts';

/** The variants of each device, best first. */
const VARIANTS: Readonly<Record<Device, readonly VariantName[]>> = {
  webgpu: ['webgpu-q4', 'webgpu-fp32'],
  wasm: ['wasm-int8', 'wasm-fp32'],
};

/**
 * New tokens a run may hold. A GPU wants them in numbers; on a CPU several documents in a run gain nothing (599 ms
 * for 256 tokens against 4 × 137 for 64), and one a run lets an abort through sooner.
 */
const RUN_TOKENS: Readonly<Record<Device, number>> = { webgpu: 512, wasm: 0 };

const TOKENISED_AHEAD = 16;

/** A loaded model in the worker: from a query and texts to logits. */
export class Engine {
  readonly info: EngineInfo;
  readonly #scorer: Scorer;
  readonly #prompt: Prompt;
  readonly #maxPositions: number;

  private constructor(options: { info: EngineInfo; scorer: Scorer; prompt: Prompt; maxPositions: number }) {
    this.info = options.info;
    this.#scorer = options.scorer;
    this.#prompt = options.prompt;
    this.#maxPositions = options.maxPositions;
  }

  /** Downloads what is missing, starts the runtime, and trusts it once its known answers are right. */
  static async load(
    { model, device }: Argument<'load'>,
    { signal, onProgress }: { signal: AbortSignal; onProgress: (progress: LoadProgress) => void },
  ): Promise<Engine> {
    let bytes: PackProgress = { loaded: 0, total: 0, fetched: 0 };
    const report = (phase: LoadProgress['phase']): void => onProgress({ phase, ...bytes });

    report('manifest');
    const pack = await Pack.open(model, { signal });
    const { manifest } = pack;
    const { name, variant } = chooseVariant(manifest, device);
    const loaded = await pack.load(variant, {
      signal,
      onProgress: (progress) => {
        bytes = progress;
        report('download');
      },
    });

    report('runtime');
    const tokenizer = new Tokenizer(JSON.parse(await loaded.tokenizer.text()));
    const tables = await Promise.all(loaded.embedding.chunks.map((chunk) => chunk.arrayBuffer()));
    const embedding = new Embedding(loaded.embedding.table, variant.embedding, tables);
    const { session, ort } = await createSession(device, loaded, presentNames(manifest.model));
    const scorer = new OrtScorer({ session, Tensor: ort.Tensor, embedding, model: manifest.model });
    try {
      if (signal.aborted) throw abortReason(signal);
      report('self-test');
      const started = performance.now();
      const selfTestError = await checkDevice(scorer, manifest, variant);
      report('ready');
      const weights = [...loaded.weights.values()].reduce((sum, blob) => sum + blob.size, 0);
      const info: EngineInfo = {
        model: manifest.model.id,
        variant: name,
        device,
        threads: ort.env.wasm.numThreads ?? 1,
        host: 'worker',
        persisted: loaded.persisted,
        fetchedBytes: loaded.fetchedBytes,
        totalBytes: loaded.totalBytes,
        warmUpMilliseconds: performance.now() - started,
        selfTestError,
        weightBytes: weights + embedding.size,
        thresholds: manifest.thresholds,
      };
      const prompt = new Prompt(tokenizer, manifest.prompt);
      return new Engine({ info, scorer, prompt, maxPositions: manifest.model.maxPositions });
    } catch (error) {
      await scorer.dispose();
      throw error;
    }
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
      for (const batch of this.#batches(texts, budget)) {
        await nextTask();
        if (signal.aborted) throw abortReason(signal);
        const logits = await this.#scorer.score(
          prefix,
          batch.map(({ part }) => part.ids),
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
  *#batches(texts: readonly string[], maxDocumentTokens: number) {
    for (let start = 0; start < texts.length; start += TOKENISED_AHEAD) {
      const window = texts.slice(start, start + TOKENISED_AHEAD).map((text, i) => {
        return { index: start + i, part: this.#prompt.document(text, maxDocumentTokens) };
      });
      const lengths = window.map(({ part }) => part.ids.length);
      for (const group of groupByBudget(lengths, RUN_TOKENS[this.info.device])) {
        yield group.flatMap((i) => window[i] ?? []);
      }
    }
  }
}

function chooseVariant(manifest: PackManifest, device: Device): { name: VariantName; variant: PackVariant } {
  for (const name of VARIANTS[device]) {
    const variant = manifest.variants[name];
    if (variant !== undefined) return { name, variant };
  }
  throw new CaseMatcherError('device-unavailable', { device, reason: 'no variant in this model pack' });
}

/** The self-test, which warms the graph up too. Returns its error in logits. */
async function checkDevice(scorer: Scorer, manifest: PackManifest, variant: PackVariant): Promise<number> {
  const { device, tolerance, knownLogits } = variant;
  const worst = await selfTest(scorer, manifest.knownAnswers, knownLogits).catch((error: unknown) => {
    throw runtimeError(error, device);
  });
  if (worst <= tolerance) return worst;
  throw new CaseMatcherError('self-test-failed', { device, worst, tolerance });
}

/** A run that gives NaN computes nonsense; it must not be sorted. */
function finite(logit: number | undefined): number {
  if (logit !== undefined && Number.isFinite(logit)) return logit;
  throw new CaseMatcherError('runtime-unavailable', { reason: 'the model returned no number' });
}
