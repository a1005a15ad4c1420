import { abortReason, CaseMatcherError } from '../errors.ts';
import {
  DEFAULT_THRESHOLDS,
  type Device,
  type ExportedModel,
  INT8_DTYPES,
  type LoadedExport,
  type PackProgress,
  promptTemplate,
} from '../weights/index.ts';
import { answerTokens } from './answer-tokens.ts';
import { detachWeights } from './detach-weights.ts';
import { checkDevice, inconsistent, type Verdict, verdictTopic } from './device-check.ts';
import { ExportedGraph, exportedOutputs } from './exported-graph.ts';
import { ExportedScorer } from './exported-scorer.ts';
import type { LoadedModel } from './loaded-model.ts';
import type { GpuDevice } from './logits-range.ts';
import { Prompt } from './prompt.ts';
import { createSession } from './runtime.ts';
import type { Threads } from './threads.ts';
import { Tokenizer } from './tokenizer.ts';
import type { LoadPhase } from './types.ts';

/**
 * Loads a published export on a device, which is trusted once it agrees with itself. Where only the reuse of the
 * prefix disagrees, each pair is computed whole. The verdict is noted for the next visit: a device that failed is not
 * tried again until the browser, the GPU or the files are others.
 */
export async function loadExported(
  model: ExportedModel,
  { name, device, threads }: { name: string; device: Device; threads: Threads },
  options: { signal: AbortSignal; report: (phase: LoadPhase, bytes?: PackProgress) => void },
): Promise<LoadedModel> {
  const { signal, report } = options;
  const files = await model.choose();
  const topic = await verdictTopic(device);
  const before = files.note(topic) as Verdict | undefined;
  if (before === 'failed') throw inconsistent(device);
  const loaded = await files.load({ signal, onProgress: (bytes) => report('download', bytes) });

  report('runtime');
  const { config } = loaded;
  const tokenizer = new Tokenizer(await parseTokenizer(loaded));
  const answers = answerTokens(tokenizer, config.vocabulary);
  const prompt = new Prompt(tokenizer, promptTemplate());
  const { session, ort } = await createSession(
    { device, threads },
    await withoutWeights(loaded),
    exportedOutputs(config),
  );
  const gpuDevice = async (): Promise<GpuDevice> => (await ort.env.webgpu.device) as GpuDevice;
  const graph = new ExportedGraph({
    session,
    Tensor: ort.Tensor,
    config,
    gpuDevice: device === 'webgpu' ? gpuDevice : undefined,
  });
  if (signal.aborted) throw abortReason(signal);
  report('self-test');
  const started = performance.now();
  const int8 = INT8_DTYPES.includes(files.dtype);
  const { verdict, worst } = await checkDevice(graph, { prompt, int8, device, before, signal });
  await files.takeNote(topic, verdict);
  if (verdict === 'failed') throw inconsistent(device);
  const warmUpMilliseconds = performance.now() - started;
  await files.settle();
  const reusesPrefix = verdict === 'reuses-prefix';
  const weights = [loaded.graph, ...loaded.weights.values()];
  return {
    scorer: new ExportedScorer({ graph, answers, reusesPrefix }),
    prompt,
    maxPositions: config.maxPositions,
    info: {
      model: name,
      variant: files.dtype,
      threads: ort.env.wasm.numThreads ?? 1,
      persisted: loaded.persisted,
      fetchedBytes: loaded.fetchedBytes,
      totalBytes: loaded.totalBytes,
      warmUpMilliseconds,
      selfTestError: worst,
      weightBytes: weights.reduce((sum, { size }) => sum + size, 0),
      thresholds: DEFAULT_THRESHOLDS,
      exported: { reusesPrefix, hashed: loaded.hashed },
    },
  };
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
