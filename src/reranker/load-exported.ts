import { abortReason, CaseMatcherError } from '../errors.ts';
import {
  DEFAULT_THRESHOLDS,
  type Device,
  type ExportedDtype,
  type ExportedModel,
  INT8_DTYPES,
  type LoadedExport,
  type PackProgress,
  promptTemplate,
} from '../weights/index.ts';
import { answerTokens } from './answer-tokens.ts';
import { CHECKED_TOKENS, isSoundSplit, isSoundWhole, measureConsistency } from './consistency.ts';
import { detachWeights } from './detach-weights.ts';
import { ExportedGraph, exportedOutputs } from './exported-graph.ts';
import { ExportedScorer } from './exported-scorer.ts';
import type { LoadedModel } from './loaded-model.ts';
import type { GpuDevice } from './logits-range.ts';
import { Prompt } from './prompt.ts';
import { createSession, runtimeError } from './runtime.ts';
import { Tokenizer } from './tokenizer.ts';
import type { LoadPhase } from './types.ts';

/** What the consistency check computes: so much of a prompt's start, and the rest from its end. */
const CHECKED_START = 40;
const SAMPLE_QUERY = '电梯经常停运';
const SAMPLE_DOCUMENT = '小区电梯多次困人，维保单位已派人维修，更换配件后恢复运行，市民表示满意';

/**
 * Loads a published export on a device, which is trusted once it agrees with itself. Where only the reuse of the
 * prefix disagrees, each pair is computed whole.
 */
export async function loadExported(
  model: ExportedModel,
  { name, device }: { name: string; device: Device },
  options: { signal: AbortSignal; report: (phase: LoadPhase, bytes?: PackProgress) => void },
): Promise<LoadedModel> {
  const { signal, report } = options;
  const loaded = await model.load((bytes) => report('download', bytes));

  report('runtime');
  const { config, dtype } = loaded;
  const tokenizer = new Tokenizer(await parseTokenizer(loaded));
  const answers = answerTokens(tokenizer, config.vocabulary);
  const prompt = new Prompt(tokenizer, promptTemplate());
  const { session, ort } = await createSession(device, await withoutWeights(loaded), exportedOutputs(config));
  const gpuDevice = async (): Promise<GpuDevice> => (await ort.env.webgpu.device) as GpuDevice;
  try {
    const graph = new ExportedGraph({ session, Tensor: ort.Tensor, config, gpuDevice });
    if (signal.aborted) throw abortReason(signal);
    report('self-test');
    const started = performance.now();
    const { reusesPrefix, worst } = await checkDevice(graph, { prompt, dtype, device, signal });
    const weights = [loaded.graph, ...loaded.weights.values()];
    return {
      scorer: new ExportedScorer({ graph, answers, reusesPrefix }),
      prompt,
      maxPositions: config.maxPositions,
      info: {
        model: name,
        variant: dtype,
        threads: ort.env.wasm.numThreads ?? 1,
        persisted: loaded.persisted,
        fetchedBytes: loaded.fetchedBytes,
        totalBytes: loaded.totalBytes,
        warmUpMilliseconds: performance.now() - started,
        selfTestError: worst,
        weightBytes: weights.reduce((sum, { size }) => sum + size, 0),
        thresholds: DEFAULT_THRESHOLDS,
        exported: { reusesPrefix, hashed: loaded.hashed },
      },
    };
  } catch (error) {
    await session.release();
    throw error;
  }
}

/** The graph, and all its weights beside it: so onnxruntime holds them once. */
async function withoutWeights({
  graph,
  weights,
}: LoadedExport): Promise<Pick<LoadedExport, 'graph' | 'weights'>> {
  const location = 'weights-of-the-graph';
  const bare = await detachWeights(graph, location).catch((cause: unknown) => {
    if (!(cause instanceof RangeError)) throw cause;
    throw new CaseMatcherError('not-a-model', { reason: 'no sound ONNX file' }, { cause });
  });
  return { graph: bare, weights: new Map([...weights, [location, graph]]) };
}

async function parseTokenizer({ tokenizer }: LoadedExport): Promise<unknown> {
  try {
    return JSON.parse(await tokenizer.text());
  } catch {
    // The parser's own error quotes what the server sent.
    throw new CaseMatcherError('not-a-model', { reason: 'tokenizer.json' });
  }
}

/** The consistency check, which warms the graph up too. Throws `self-test-failed`. */
async function checkDevice(
  graph: ExportedGraph,
  parts: { prompt: Prompt; dtype: ExportedDtype; device: Device; signal: AbortSignal },
): Promise<{ reusesPrefix: boolean; worst: number }> {
  const { prompt, dtype, device, signal } = parts;
  const start = prompt.prefix(SAMPLE_QUERY).subarray(0, CHECKED_START);
  const end = prompt.document(SAMPLE_DOCUMENT, 64).ids.slice(start.length - CHECKED_TOKENS);
  const distances = await measureConsistency(graph, Int32Array.from([...start, ...end]), signal).catch(
    (error: unknown) => {
      if (signal.aborted || error instanceof CaseMatcherError) throw error;
      throw runtimeError(error, device);
    },
  );
  const int8 = INT8_DTYPES.includes(dtype);
  const whole = Math.max(...distances.whole);
  if (!isSoundWhole(distances, { int8 })) {
    const reason = 'runs of different lengths disagree';
    throw new CaseMatcherError('self-test-failed', { device, reason, worst: whole });
  }
  const reusesPrefix = isSoundSplit(distances, { int8 });
  return { reusesPrefix, worst: reusesPrefix ? Math.max(whole, ...distances.split) : whole };
}
