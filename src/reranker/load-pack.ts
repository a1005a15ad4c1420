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
import type { LoadedModel } from './loaded-model.ts';
import { OrtScorer, presentNames } from './ort-scorer.ts';
import { Prompt } from './prompt.ts';
import type { Argument } from './protocol.ts';
import { createSession, runtimeError } from './runtime.ts';
import type { Scorer } from './scorer.ts';
import { selfTest } from './self-test.ts';
import { Tokenizer } from './tokenizer.ts';
import type { LoadPhase } from './types.ts';

/** The variants of each device, best first. */
const VARIANTS: Readonly<Record<Device, readonly VariantName[]>> = {
  webgpu: ['webgpu-q4', 'webgpu-fp32'],
  wasm: ['wasm-int8', 'wasm-fp32'],
};

/** Loads a model pack on a device, which is trusted once it gives the pack's known answers. */
export async function loadPack(
  { model, device }: Argument<'load'>,
  options: { signal: AbortSignal; report: (phase: LoadPhase, bytes?: PackProgress) => void },
): Promise<LoadedModel> {
  const { signal, report } = options;
  const pack = await Pack.open(model, { signal });
  const { manifest } = pack;
  const { name, variant } = chooseVariant(manifest, device);
  const loaded = await pack.load(variant, { signal, onProgress: (bytes) => report('download', bytes) });

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
    const weights = [...loaded.weights.values()].reduce((sum, blob) => sum + blob.size, 0);
    return {
      scorer,
      prompt: new Prompt(tokenizer, manifest.prompt),
      maxPositions: manifest.model.maxPositions,
      info: {
        model: manifest.model.id,
        variant: name,
        threads: ort.env.wasm.numThreads ?? 1,
        persisted: loaded.persisted,
        fetchedBytes: loaded.fetchedBytes,
        totalBytes: loaded.totalBytes,
        warmUpMilliseconds: performance.now() - started,
        selfTestError,
        weightBytes: weights + embedding.size,
        thresholds: manifest.thresholds,
      },
    };
  } catch (error) {
    await scorer.dispose();
    throw error;
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
