import { abortReason, CaseMatcherError } from '../errors.ts';
import type {
  Device,
  LoadedVariant,
  ModelShape,
  Pack,
  PackManifest,
  PackProgress,
  PackVariant,
  VariantName,
} from '../weights/index.ts';
import { requireGpu } from './device.ts';
import { Embedding } from './embedding.ts';
import { KeptConstant } from './int8/kept-constant.ts';
import { Int8Scorer } from './int8/scorer.ts';
import { Int8Weights } from './int8/weights.ts';
import type { LoadedModel } from './loaded-model.ts';
import { OrtScorer, presentNames } from './ort-scorer.ts';
import type { HeldPrefix } from './prefixes.ts';
import { Prompt } from './prompt.ts';
import { RunBudget } from './run-budget.ts';
import { createSession } from './runtime.ts';
import { runtimeError } from './runtime-error.ts';
import type { Scorer } from './scorer.ts';
import { briefSelfTest, selfTest } from './self-test.ts';
import { ReadingThread } from './stored-chunks.ts';
import type { Threads } from './threads.ts';
import { Tokenizer } from './tokenizer.ts';
import type { LoadPhase } from './types.ts';

/** The variants of each device, best first. */
const VARIANTS: Readonly<Record<Device, readonly VariantName[]>> = {
  webgpu: ['webgpu-q4', 'webgpu-fp32'],
  wasm: ['wasm-int8', 'wasm-fp32'],
};

/** Loads a model pack on a device, which is trusted once it gives the pack's known answers. */
export async function loadPack(
  pack: Pack,
  place: { device: Device; threads: Threads },
  options: { signal: AbortSignal; report: (phase: LoadPhase, bytes?: PackProgress) => void },
): Promise<LoadedModel> {
  const { device } = place;
  const { signal, report } = options;
  const { manifest } = pack;
  const { name, variant } = chooseVariant(manifest, device);
  if (device === 'webgpu' && variant.needs !== undefined) await requireGpu(variant.needs);
  const int8 = name === 'wasm-int8' ? new Int8Weights(manifest.model) : undefined;
  const kept = int8 && new KeptConstant(pack, int8);
  let prompt: Prompt | undefined;
  let heldConstant: Promise<HeldPrefix | undefined> | undefined;
  const loading = pack.load(variant, {
    signal,
    onProgress: (bytes) => report('download', bytes),
    // It takes a while, in which another thread reads the weights.
    onTokenizer: (bytes) => {
      const tokenizer = new Tokenizer(JSON.parse(new TextDecoder().decode(bytes)));
      prompt = new Prompt(tokenizer, manifest.prompt);
      heldConstant = kept?.read(prompt.constant());
    },
    ...(int8
      ? {
          weightsAt: (offset: number, length: number) => int8.at(offset, length),
          startReader: () => ReadingThread.start(),
        }
      : {}),
  });

  const embedded = loading.then(({ embedding: { table, chunks } }) => {
    report('runtime');
    return new Embedding(table, variant.embedding, chunks);
  });
  // Kernels need no byte of the model to start.
  const kernels = int8 && Int8Scorer.start(int8, embedded, { threads: place.threads });
  const [loaded, embedding, int8Scorer] = await Promise.all([loading, embedded, kernels]);
  const { scorer, threads } = int8Scorer
    ? // How many are worth while is known once some layers were measured.
      { scorer: int8Scorer, threads: () => int8Scorer.threads }
    : await startOrt(place, { loaded, embedding, model: manifest.model });
  if (signal.aborted) throw abortReason(signal);
  report('self-test');
  const started = performance.now();
  const held = await heldConstant;
  const checked = { manifest, variant, prompt: prompt as Prompt, held };
  const { worst, constant } = await checkDevice(scorer, checked);
  const warmUpMilliseconds = performance.now() - started;
  await pack.settle();
  if (loaded.persisted && constant !== undefined && constant !== held) await kept?.keep(constant);
  return {
    scorer,
    prompt: checked.prompt,
    constant,
    maxPositions: manifest.model.maxPositions,
    info: {
      model: manifest.model.id,
      variant: name,
      threads: threads(),
      persisted: loaded.persisted,
      fetchedBytes: loaded.fetchedBytes,
      totalBytes: loaded.totalBytes,
      warmUpMilliseconds,
      selfTestError: worst,
      weightBytes: variant.weights.reduce((sum, { size }) => sum + size, 0),
      thresholds: manifest.thresholds,
    },
  };
}

async function startOrt(
  place: { device: Device; threads: Threads },
  parts: { loaded: LoadedVariant; embedding: Embedding; model: ModelShape },
) {
  const { loaded, embedding, model } = parts;
  const { session, ort } = await createSession(place, loaded, presentNames(model));
  const budget = place.device === 'webgpu' ? new RunBudget() : undefined;
  const scorer: Scorer = new OrtScorer({ session, Tensor: ort.Tensor, embedding, model, budget });
  return { scorer, threads: () => ort.env.wasm.numThreads ?? 1 };
}

function chooseVariant(manifest: PackManifest, device: Device): { name: VariantName; variant: PackVariant } {
  for (const name of VARIANTS[device]) {
    const variant = manifest.variants[name];
    if (variant !== undefined) return { name, variant };
  }
  throw new CaseMatcherError('device-unavailable', { device, reason: 'no variant in this model pack' });
}

/**
 * The self-test, which warms the graph up too. Where it fails with what an earlier visit computed (`held`), that may be to
 * blame, and is computed again. Errors: `self-test-failed`, `runtime-unavailable`.
 */
async function checkDevice(
  scorer: Scorer,
  model: {
    manifest: PackManifest;
    variant: PackVariant;
    prompt: Prompt;
    held: HeldPrefix | undefined;
  },
): Promise<{ worst: number; constant: HeldPrefix | undefined }> {
  const { knownAnswers } = model.manifest;
  const { device, tolerance, knownLogits } = model.variant;
  const { prompt, held } = model;
  try {
    const { worst, constant } =
      device === 'wasm'
        ? await briefSelfTest(scorer, knownAnswers, knownLogits, prompt.constant(), held)
        : { worst: await selfTest(scorer, knownAnswers, knownLogits), constant: undefined };
    if (worst <= tolerance) return { worst, constant };
    if (held !== undefined) {
      if (constant !== undefined) scorer.release(constant.prefix);
      return await checkDevice(scorer, { ...model, held: undefined });
    }
    throw new CaseMatcherError('self-test-failed', { device, worst, tolerance });
  } catch (error) {
    throw error instanceof CaseMatcherError ? error : runtimeError(error, device);
  }
}
