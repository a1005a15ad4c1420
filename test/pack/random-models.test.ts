import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pack } from '../../src/pack/pack.ts';
import type { VariantName } from '../../src/weights/manifest.ts';
import { type ModelChanges, writeModel } from './model-writer.ts';
import { distance, PackRunner, withFolder } from './pack-runner.ts';

const MODELS: readonly [name: string, changes: ModelChanges][] = [
  ['as many KV heads as heads', { config: { num_key_value_heads: 4 } }],
  ['one KV head', { config: { num_key_value_heads: 1 } }],
  ['four query heads per KV head', { config: { num_attention_heads: 8 } }],
  ['one head', { config: { num_attention_heads: 1, num_key_value_heads: 1 } }],
  ['heads wider than the hidden size', { config: { head_dim: 48 } }],
  ['a head of its own', { config: { tie_word_embeddings: false } }],
  ['sizes not divisible by 32', { config: { hidden_size: 40, intermediate_size: 88, head_dim: 10 } }],
  ['another theta and eps', { config: { rope_theta: 5e6, rms_norm_eps: 1e-3 } }],
  ['rope_parameters, as newer configs have them', { config: { rope_parameters: { rope_theta: 777 } } }],
  ['one layer', { config: { num_hidden_layers: 1 } }],
  ['a vocabulary of ten', { config: { vocab_size: 10 } }],
  ['bfloat16', { type: 'BF16' }],
  ['float16', { type: 'F16' }],
  ['three shards', { shards: 3 }],
];
const VARIANTS: readonly VariantName[] = ['wasm-fp32', 'wasm-int8', 'webgpu-q4'];

describe.each(MODELS)('a model with %s', (_, changes) => {
  it('computes on ORT what the reference computes without it', async () => {
    await withFolder(async (folder) => {
      const from = join(folder, 'official');
      const out = join(folder, 'pack');
      await writeModel(from, changes);
      const manifest = await pack({ from, out });
      for (const name of VARIANTS) {
        const runner = await PackRunner.load(out, name);
        for (const [i, known] of manifest.knownAnswers.entries()) {
          const { logits } = await runner.run(known);
          const variant = manifest.variants[name];
          // Sums in another order push single int8 values over a rounding edge; nothing of the kind in float32.
          const near = name === 'wasm-int8' ? variant?.tolerance : 1e-3;
          expect(distance(logits, variant?.knownLogits[i] ?? []), name).toBeLessThan(near ?? 0);
        }
        await runner.release();
      }
    });
  });
});
