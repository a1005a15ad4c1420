import { describe, expect, inject, it } from 'vitest';
import { Embedding } from '../../src/reranker/embedding.ts';
import { Int8Scorer } from '../../src/reranker/int8/scorer.ts';
import { Int8Weights } from '../../src/reranker/int8/weights.ts';
import { OrtScorer, presentNames } from '../../src/reranker/ort-scorer.ts';
import { Reranker } from '../../src/reranker/reranker.ts';
import { RunBudget } from '../../src/reranker/run-budget.ts';
import { createSession } from '../../src/reranker/runtime.ts';
import type { Scorer } from '../../src/reranker/scorer.ts';
import { type Device, Pack, type VariantName } from '../../src/weights/index.ts';

/** An independent float32 implementation's logits on a random Qwen3 model. */
const cases = inject('expectedCases');
const difference = (sample: (typeof cases)[number]): number => sample.logit_yes - sample.logit_no;
const packUrl = (variant: VariantName): string =>
  new URL(`/test/.packs/${variant}/`, globalThis.location.href).href;

/** How far each variant may be from the float32 reference. */
const VARIANTS: readonly { variant: VariantName; device: Device; within: number }[] = [
  { variant: 'wasm-fp32', device: 'wasm', within: 1e-3 },
  { variant: 'webgpu-fp32', device: 'webgpu', within: 1e-3 },
  { variant: 'wasm-int8', device: 'wasm', within: 0.8 },
];

async function openScorer(variant: VariantName, device: Device): Promise<Scorer> {
  const pack = await Pack.open(packUrl(variant), { signal: new AbortController().signal });
  const { manifest } = pack;
  const packVariant = manifest.variants[variant];
  if (packVariant === undefined) throw new Error(`no ${variant}`);
  const int8 = variant === 'wasm-int8' ? new Int8Weights(manifest.model) : undefined;
  const loaded = await pack.load(packVariant, {
    signal: new AbortController().signal,
    ...(int8 ? { weightsAt: (offset: number, length: number) => int8.at(offset, length) } : {}),
  });
  const { table, chunks } = loaded.embedding;
  const embedding = new Embedding(table, packVariant.embedding, chunks);
  if (int8) return Int8Scorer.start(int8, embedding);
  const { session, ort } = await createSession(
    { device, threads: 'all' },
    loaded,
    presentNames(manifest.model),
  );
  const budget = device === 'webgpu' ? new RunBudget() : undefined;
  return new OrtScorer({ session, Tensor: ort.Tensor, embedding, model: manifest.model, budget });
}

describe.skipIf(cases.length === 0).each(VARIANTS)('tiny-qwen3 as $variant (needs ../shared)', (options) => {
  const { variant, device, within } = options;

  it('ranks through the public class as the reference scores', async () => {
    const reranker = await Reranker.load({ model: packUrl(variant), device });
    const logits: number[] = [];
    for (const { query, document, instruction } of cases) {
      const ranked = await reranker.rank(query, [{ id: '', text: document }], { instruction });
      logits.push(ranked[0]?.logit ?? Number.NaN);
    }
    await reranker.dispose();
    expectAgreement(logits, within);
    expect(reranker.info).toMatchObject({ variant, device });
  });

  it('scores alike whole, split at any point, alone or sharing a run', async () => {
    const scorer = await openScorer(variant, device);
    const whole: number[] = [];
    const split: number[] = [];
    for (const [i, { input_ids }] of cases.entries()) {
      const ids = Int32Array.from(input_ids);
      const nothing = await scorer.prefill(new Int32Array(0));
      whole.push(...(await scorer.score(nothing, [ids])));
      const at = [1, 31, 32, 33, 64, 100, ids.length - 2, ids.length - 1][i] as number;
      const prefix = await scorer.prefill(ids.slice(0, at));
      split.push(...(await scorer.score(prefix, [ids.slice(at)])));
      scorer.release(prefix);
    }
    // Four documents of one query side by side, after what they share.
    const [first, second, third] = cases.map(({ input_ids }) => Int32Array.from(input_ids)) as [
      Int32Array,
      Int32Array,
      Int32Array,
    ];
    const common = first.findIndex((id, i) => id !== second[i] || id !== third[i]);
    const prefix = await scorer.prefill(first.slice(0, common));
    const suffixes = [first, second, third, first].map((ids) => ids.slice(common));
    const shared = [...(await scorer.score(prefix, suffixes))];
    scorer.release(prefix);

    expectAgreement(whole, within);
    expectAgreement(split, within);
    expectAgreement(shared.slice(0, 3), within);
    expect(shared[3]).toBeCloseTo(shared[0] as number, 3);
  });
});

describe.skipIf(cases.length === 0)('tiny-qwen3 as webgpu-q4 (needs ../shared)', () => {
  it('passes the known answers of its own arithmetic', async () => {
    const reranker = await Reranker.load({ model: packUrl('webgpu-q4'), device: 'webgpu' });
    expect(reranker.info.selfTestError).toBeLessThan(0.05);
    await reranker.dispose();
  });
});

/** Each logit near the reference's, and the same order wherever the reference differs by more than 1. */
function expectAgreement(logits: readonly number[], within: number): void {
  const reference = cases.slice(0, logits.length).map(difference);
  logits.forEach((logit, i) => {
    expect(Math.abs(logit - (reference[i] as number)), `case ${i}`).toBeLessThan(within);
    reference.forEach((other, j) => {
      if ((reference[i] as number) - other > 1) expect(logit).toBeGreaterThan(logits[j] as number);
    });
  });
}
