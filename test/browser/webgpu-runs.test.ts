import { afterEach, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { Embedding } from '../../src/reranker/embedding.ts';
import { OrtScorer, presentNames } from '../../src/reranker/ort-scorer.ts';
import { RunBudget } from '../../src/reranker/run-budget.ts';
import { createSession } from '../../src/reranker/runtime.ts';
import { selfTest } from '../../src/reranker/self-test.ts';
import { Pack, type PackManifest } from '../../src/weights/index.ts';

const VARIANT = 'webgpu-q4';
const cases = inject('expectedCases');
const ids = (count: number, seed: number) =>
  Int32Array.from({ length: count }, (_, i) => (i * 29 + seed) % 250);

type Parts = Omit<ConstructorParameters<typeof OrtScorer>[0], 'budget'>;
let parts: Parts;
let manifest: PackManifest;
/** URL of the build of onnxruntime that runs. */
let binary: string;

/** Pipelines that onnxruntime compiles and buffers that it creates while `work` runs. */
async function created(work: () => Promise<unknown>): Promise<{ pipelines: number; buffers: number }> {
  const { GPUDevice } = globalThis as never as { GPUDevice: { prototype: Record<string, () => unknown> } };
  const { prototype } = GPUDevice;
  const pipelines = vi.spyOn(prototype, 'createComputePipeline');
  const asynchronous = vi.spyOn(prototype, 'createComputePipelineAsync');
  const buffers = vi.spyOn(prototype, 'createBuffer');
  await work();
  return {
    pipelines: pipelines.mock.calls.length + asynchronous.mock.calls.length,
    buffers: buffers.mock.calls.length,
  };
}

/** A scorer for a GPU that is known to compute so many tokens a run in time, and takes no other view of it. */
function scorerFor(tokens: number): OrtScorer {
  const budget = new RunBudget();
  for (let known = 64; known < tokens; known *= 2) budget.record(known, 1);
  if (tokens < 64) budget.record(tokens, 301);
  vi.spyOn(budget, 'record').mockReturnValue();
  return new OrtScorer({ ...parts, budget });
}

async function open(): Promise<{ parts: Parts; manifest: PackManifest; binary: string }> {
  const url = new URL(`/test/.packs/${VARIANT}/`, globalThis.location.href).href;
  const signal = new AbortController().signal;
  const pack = await Pack.open(url, { signal });
  const { manifest } = pack;
  const variant = manifest.variants[VARIANT];
  if (variant === undefined) throw new Error(`no ${VARIANT}`);
  const loaded = await pack.load(variant, { signal });
  const { table, chunks } = loaded.embedding;
  const embedding = new Embedding(table, variant.embedding, chunks);
  const { session, ort } = await createSession(
    { device: 'webgpu', threads: 'all' },
    loaded,
    presentNames(manifest.model),
  );
  const { wasm } = ort.env.wasm.wasmPaths as { wasm: string };
  return { parts: { session, Tensor: ort.Tensor, embedding, model: manifest.model }, manifest, binary: wasm };
}

describe.skipIf(cases.length === 0)('runs on WebGPU (needs ../shared)', () => {
  beforeAll(async () => {
    ({ parts, manifest, binary } = await open());
    return () => parts.session.release();
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('compile nothing more once the self-test is through, whatever their lengths', async () => {
    const scorer = scorerFor(512);
    const { knownAnswers, variants } = manifest;
    const test = () => selfTest(scorer, knownAnswers, variants[VARIANT]?.knownLogits ?? []);
    expect((await created(test)).pipelines).toBeGreaterThan(10);
    vi.restoreAllMocks();
    const { pipelines } = await created(async () => {
      for (const length of [1, 18, 35]) {
        const prefix = await scorer.prefill(ids(length, 3));
        await scorer.score(prefix, [ids(length, 5)]);
        await scorer.score(prefix, [ids(3, 7), ids(22, 11), ids(45, 13)]);
        await scorer.score(
          prefix,
          Array.from({ length: 17 }, (_, i) => ids(1 + (i % 3), i)),
        );
        scorer.release(prefix);
      }
    });
    expect(pipelines).toBe(0);
  });

  it('create no buffers that the last one of that length left, but for what is sent and read', async () => {
    const scorer = scorerFor(512);
    const prefix = await scorer.prefill(ids(40, 3));
    const documents = [ids(30, 5), ids(31, 7)];
    await scorer.score(prefix, documents);
    const { buffers } = await created(() => scorer.score(prefix, documents));
    scorer.release(prefix);
    const sent = ['embeddings', 'positions', 'bias', 'read'];
    expect(buffers).toBeLessThanOrEqual(sent.length + 1);
  });

  it('give the same scores padded or not, whole or in pieces', async () => {
    const prompt = ids(37, 3);
    const documents = [ids(5, 5), ids(70, 7), ids(33, 11)];
    const scoresOf = async (scorer: OrtScorer): Promise<number[]> => {
      const prefix = await scorer.prefill(prompt);
      const together = await scorer.score(prefix, documents);
      const alone: number[] = [];
      for (const document of documents) alone.push(...(await scorer.score(prefix, [document])));
      scorer.release(prefix);
      return [...together, ...alone];
    };
    const plain = await scoresOf(new OrtScorer(parts));
    const run = vi.spyOn(parts.session, 'run');
    const padded = await scoresOf(scorerFor(128));
    expect(run).toHaveBeenCalledTimes(5);
    run.mockClear();
    const pieces = await scoresOf(scorerFor(16));
    // The prefix in 3, all documents in 1, alone in 1, 5 and 3.
    expect(run).toHaveBeenCalledTimes(13);
    // Logits up to 13, where float32 is 1e-6 wide.
    expect(distance(padded, plain)).toBeLessThan(2e-5);
    expect(distance(pieces, plain)).toBeLessThan(2e-5);
  });

  it('are JSPI’s where the browser has it, else Asyncify’s, and give the same scores', async () => {
    expect(binary).toContain('.jspi.wasm');
    const { Suspending } = WebAssembly as { Suspending?: unknown };
    Reflect.deleteProperty(WebAssembly, 'Suspending');
    const other = await open().finally(() => Object.assign(WebAssembly, { Suspending }));
    expect(other.binary).toContain('.asyncify.wasm');
    const scoreOf = async (scorer: OrtScorer): Promise<number[]> => {
      const prefix = await scorer.prefill(ids(20, 3));
      const scores = await scorer.score(prefix, [ids(9, 5), ids(20, 7)]);
      scorer.release(prefix);
      return [...scores];
    };
    const budget = new RunBudget();
    expect(await scoreOf(new OrtScorer({ ...other.parts, budget }))).toEqual(await scoreOf(scorerFor(128)));
    await other.parts.session.release();
  });

  it('hear of an abort between the pieces of a document', async () => {
    const scorer = scorerFor(16);
    const prefix = await scorer.prefill(ids(10, 3));
    const controller = new AbortController();
    const run = vi.spyOn(parts.session, 'run').mockImplementationOnce(async (...args) => {
      controller.abort();
      return Object.getPrototypeOf(parts.session).run.apply(parts.session, args);
    });
    const scoring = scorer.score(prefix, [ids(200, 5)], { signal: controller.signal });
    await expect(scoring).rejects.toMatchObject({ name: 'AbortError' });
    expect(run).toHaveBeenCalledTimes(1);
    scorer.release(prefix);
  });
});

function distance(a: readonly number[], b: readonly number[]): number {
  return Math.max(...b.map((score, i) => Math.abs((a[i] ?? Number.NaN) - score)));
}
