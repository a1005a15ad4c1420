import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pack } from '../../src/pack/pack.ts';
import { selfTest } from '../../src/reranker/self-test.ts';
import { type ModelChanges, writeModel } from './model-writer.ts';
import { distance, loadKernels, PackRunner, withFolder } from './pack-runner.ts';

const MODELS: readonly [name: string, changes: ModelChanges][] = [
  ['as many KV heads as heads', { config: { num_key_value_heads: 4 } }],
  ['one KV head', { config: { num_key_value_heads: 1 } }],
  ['four query heads per KV head', { config: { num_attention_heads: 8 } }],
  ['one head', { config: { num_attention_heads: 1, num_key_value_heads: 1 } }],
  ['heads wider than the hidden size', { config: { head_dim: 48 } }],
  ['a head of its own', { config: { tie_word_embeddings: false } }],
  ['sizes not divisible by 32', { config: { hidden_size: 40, intermediate_size: 88, head_dim: 24 } }],
  ['another theta and eps', { config: { rope_theta: 5e6, rms_norm_eps: 1e-3 } }],
  ['rope_parameters, as newer configs have them', { config: { rope_parameters: { rope_theta: 777 } } }],
  ['one layer', { config: { num_hidden_layers: 1 } }],
  ['a vocabulary of ten', { config: { vocab_size: 10 } }],
  ['bfloat16', { type: 'BF16' }],
  ['float16', { type: 'F16' }],
  ['three shards', { shards: 3 }],
];

describe.each(MODELS)('a model with %s', (_, changes) => {
  it('computes on ORT and on our kernels what the reference computes without them', async () => {
    await withFolder(async (folder) => {
      const from = join(folder, 'official');
      const out = join(folder, 'pack');
      await writeModel(from, changes);
      const { knownAnswers, variants } = await pack({ from, out });
      for (const name of ['wasm-fp32', 'webgpu-q4'] as const) {
        const runner = await PackRunner.load(out, name);
        for (const [i, known] of knownAnswers.entries()) {
          const { logits } = await runner.run(known);
          expect(distance(logits, variants[name]?.knownLogits[i] ?? []), name).toBeLessThan(1e-3);
        }
        await runner.release();
      }
      const scorer = await loadKernels(out);
      const error = await selfTest(scorer, knownAnswers, variants['wasm-int8']?.knownLogits ?? []);
      // Sums in another order push single int8 values over a rounding edge; nothing of the kind in float32.
      expect(error).toBeLessThan(variants['wasm-int8']?.tolerance ?? 0);
    });
  });
});

describe('a model whose sizes our kernels cannot take', () => {
  const odd = { config: { head_dim: 10 } };

  it('is packed for ORT alone', async () => {
    await withFolder(async (folder) => {
      await writeModel(folder, odd);
      const { variants } = await pack({ from: folder, out: join(folder, 'pack') });
      expect(Object.keys(variants)).toEqual(['wasm-fp32', 'webgpu-fp32', 'webgpu-q4']);
    });
  });

  it('is refused where int8 is asked for', async () => {
    await withFolder(async (folder) => {
      await writeModel(folder, odd);
      const asked = pack({ from: folder, out: join(folder, 'pack'), variants: ['wasm-int8'] });
      await expect(asked).rejects.toMatchObject({ code: 'invalid-input', details: { field: 'variants' } });
    });
  });
});
