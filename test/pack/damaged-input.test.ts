import { existsSync } from 'node:fs';
import { readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type PackOptions, pack } from '../../src/pack/pack.ts';
import type { VariantName } from '../../src/weights/manifest.ts';
import { type ConfigChanges, type ModelChanges, withHeader, writeModel } from './model-writer.ts';
import { withFolder } from './pack-runner.ts';

interface Damage {
  readonly name: string;
  readonly model?: ModelChanges;
  readonly spoil?: (folder: string) => Promise<void>;
  readonly options?: Partial<PackOptions>;
  /** The field the error names, and a part of its reason. */
  readonly field: string | RegExp;
  readonly reason: RegExp;
}

const CONFIG_FAULTS: readonly [changes: ConfigChanges, field: string, reason: RegExp][] = [
  [{ model_type: 'qwen2' }, 'model_type', /qwen2 is not supported/],
  [{ attention_bias: true }, 'attention_bias', /not supported/],
  [{ use_sliding_window: true }, 'use_sliding_window', /not supported/],
  [{ rope_scaling: { type: 'yarn', factor: 4 } }, 'rope_scaling', /yarn.*not supported/],
  [{ rope_parameters: { rope_type: 'yarn', rope_theta: 1e6 } }, 'rope_parameters', /not supported/],
  [{ layer_types: ['full_attention', 'sliding_attention'] }, 'layer_types', /not supported/],
  [{ quantization_config: { bits: 4 } }, 'quantization_config', /not supported/],
  [{ hidden_act: 'gelu' }, 'hidden_act', /not supported/],
  [{ hidden_size: 0.5 }, 'hidden_size', /not a positive integer/],
  [{ rope_theta: 'large' }, 'rope_theta', /not a positive number/],
  [{ head_dim: 15 }, 'head_dim', /odd/],
  [{ num_key_value_heads: 3 }, 'num_key_value_heads', /cannot be shared out/],
];

const WEIGHTS = 'model.safetensors';
const INDEX = 'model.safetensors.index.json';
const SECOND = 'model-00002-of-00002.safetensors';

const DAMAGES: readonly Damage[] = [
  ...['config.json', 'tokenizer.json'].map((file) => ({
    name: `${file} is missing`,
    spoil: (folder: string) => rm(join(folder, file)),
    field: file,
    reason: /missing/,
  })),
  ...['config.json', 'tokenizer.json'].map((file) => ({
    name: `${file} is no JSON`,
    spoil: (folder: string) => writeFile(join(folder, file), '<html>'),
    field: file,
    reason: /not JSON/,
  })),
  {
    name: 'the tokenizer has no "yes"',
    spoil: (folder) => writeFile(join(folder, 'tokenizer.json'), '{"model":{"vocab":{"no":1}}}'),
    field: 'tokenizer.json',
    reason: /no token "yes"/,
  },
  {
    name: 'an answer lies outside the vocabulary',
    spoil: (folder) => writeFile(join(folder, 'tokenizer.json'), '{"model":{"vocab":{"yes":5,"no":64}}}'),
    field: 'tokenizer.json',
    reason: /no token "no" inside/,
  },
  {
    name: 'the tokenizer has no "<think>"',
    spoil: (folder) => replace(join(folder, 'tokenizer.json'), '<think>', '<thought>'),
    field: 'tokenizer.json',
    reason: /no control token <think>/,
  },
  {
    name: 'the tokenizer makes ids outside the vocabulary',
    spoil: (folder) => replace(join(folder, 'tokenizer.json'), '"id":3', '"id":64'),
    field: 'tokenizer.json',
    reason: /64 is outside/,
  },
  {
    name: 'the tokenizer lacks a part',
    spoil: (folder) => replace(join(folder, 'tokenizer.json'), '"decoder":null,', ''),
    field: 'tokenizer.json',
    reason: /not a tokenizer/,
  },
  {
    name: 'there are no weights',
    spoil: (folder) => rm(join(folder, WEIGHTS)),
    field: /./,
    reason: /no .safetensors/,
  },
  {
    name: 'there are several files of weights and no index',
    model: { shards: 2 },
    spoil: (folder) => rm(join(folder, INDEX)),
    field: /./,
    reason: /no model.safetensors.index.json/,
  },
  {
    name: 'the index names a file that is missing',
    model: { shards: 2 },
    spoil: (folder) => rm(join(folder, SECOND)),
    field: SECOND,
    reason: /missing/,
  },
  {
    name: 'the index names a file outside the folder',
    model: { shards: 2 },
    spoil: (folder) => writeFile(join(folder, INDEX), '{"weight_map":{"a":"../other.safetensors"}}'),
    field: INDEX,
    reason: /beside the index/,
  },
  {
    name: 'the index lists a tensor that its file lacks',
    model: { shards: 2 },
    spoil: (folder) => writeFile(join(folder, INDEX), JSON.stringify({ weight_map: { a: SECOND } })),
    field: INDEX,
    reason: /a is not in/,
  },
  {
    name: 'the index is empty',
    spoil: (folder) => writeFile(join(folder, INDEX), '{}'),
    field: INDEX,
    reason: /no weight_map/,
  },
  {
    name: 'the weights are cut off',
    spoil: (folder) => truncate(join(folder, WEIGHTS), 20_000),
    field: WEIGHTS,
    reason: /truncated/,
  },
  {
    name: 'the weights end inside the header',
    spoil: (folder) => truncate(join(folder, WEIGHTS), 100),
    field: WEIGHTS,
    reason: /truncated/,
  },
  {
    name: 'the weights are empty',
    spoil: (folder) => truncate(join(folder, WEIGHTS), 0),
    field: WEIGHTS,
    reason: /./,
  },
  {
    name: 'the weights are an error page',
    spoil: (folder) => writeFile(join(folder, WEIGHTS), '<!doctype html><title>404</title>'.repeat(99)),
    field: WEIGHTS,
    reason: /not a safetensors file/,
  },
  {
    name: 'the header is no JSON',
    spoil: (folder) => writeFile(join(folder, WEIGHTS), withHeader('{"a":', new Uint8Array(8))),
    field: WEIGHTS,
    reason: /not JSON/,
  },
  {
    name: 'the header is a list',
    spoil: (folder) => writeFile(join(folder, WEIGHTS), withHeader('[]', new Uint8Array(8))),
    field: WEIGHTS,
    reason: /not an object/,
  },
  ...[
    '{"a":3}',
    '{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}',
    '{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,-8]}}',
    '{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}',
    '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}',
  ].map((header) => ({
    name: `the header says ${header}`,
    spoil: (folder: string) => writeFile(join(folder, WEIGHTS), withHeader(header, new Uint8Array(8))),
    field: WEIGHTS,
    reason: /header entry a makes no sense/,
  })),
  {
    name: 'a tensor is missing',
    model: { config: { num_hidden_layers: 2 } },
    spoil: (folder) => replace(join(folder, 'config.json'), '"num_hidden_layers":2', '"num_hidden_layers":3'),
    field: 'model.layers.2.input_layernorm.weight',
    reason: /missing/,
  },
  {
    name: 'a head of its own is missing',
    spoil: (folder) =>
      replace(join(folder, 'config.json'), '"tie_word_embeddings":true', '"tie_word_embeddings":false'),
    field: 'lm_head.weight',
    reason: /missing/,
  },
  {
    name: 'a tensor has another shape',
    spoil: (folder) =>
      replace(join(folder, 'config.json'), '"intermediate_size":64', '"intermediate_size":65'),
    field: 'model.layers.0.mlp.gate_proj.weight',
    reason: /shape \[64, 32\] instead of \[65, 32\]/,
  },
  {
    name: 'tensors are of a type that is not supported',
    spoil: (folder) => replace(join(folder, WEIGHTS), '"dtype":"F32"', '"dtype":"I32"'),
    field: /^model\./,
    reason: /type I32 is not supported/,
  },
  { name: 'a weight is infinite', spoil: makeInfinite, field: 'weights', reason: /not finite/ },
  {
    name: 'a variant is unknown',
    options: { variants: ['wasm-int4' as VariantName] },
    field: 'variants',
    reason: /wasm-int4/,
  },
  { name: 'no variant is chosen', options: { variants: [] }, field: 'variants', reason: /none/ },
  ...CONFIG_FAULTS.map(([config, field, reason]) => ({
    name: `config.json says ${JSON.stringify(config)}`,
    spoil: async (folder: string) => {
      const file = join(folder, 'config.json');
      const sound = JSON.parse(await readFile(file, 'utf8')) as ConfigChanges;
      await writeFile(file, JSON.stringify({ ...sound, ...config }));
    },
    field,
    reason,
  })),
];

describe('refuses to pack, and leaves no manifest, when', () => {
  it.each(DAMAGES)('$name', async ({ model, spoil, options, field, reason }) => {
    await withFolder(async (folder) => {
      const from = join(folder, 'official');
      const out = join(folder, 'pack');
      await writeModel(from, model);
      await spoil?.(from);
      await expect(pack({ from, out, ...options })).rejects.toMatchObject({
        name: 'CaseMatcherError',
        code: 'invalid-input',
        details: { field: expect.stringMatching(field), reason: expect.stringMatching(reason) },
      });
      expect(existsSync(join(out, 'manifest.json'))).toBe(false);
    });
  });

  it('the folder is not there', async () => {
    await withFolder(async (folder) => {
      await expect(pack({ from: join(folder, 'nowhere'), out: join(folder, 'pack') })).rejects.toMatchObject({
        code: 'invalid-input',
        details: { field: 'config.json' },
      });
    });
  });
});

async function replace(file: string, old: string, fresh: string): Promise<void> {
  const text = await readFile(file, 'latin1');
  expect(text).toContain(old);
  await writeFile(file, text.replaceAll(old, fresh), 'latin1');
}

/** The last tensor's last value. */
async function makeInfinite(folder: string): Promise<void> {
  const file = join(folder, WEIGHTS);
  const bytes = await readFile(file);
  bytes.writeFloatLE(Number.POSITIVE_INFINITY, bytes.length - 4);
  await writeFile(file, bytes);
}
