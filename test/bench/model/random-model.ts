import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NewFile } from './new-file.ts';

/** What config.json says of a Qwen3 model's sizes. */
export interface ModelSizes {
  readonly layers: number;
  readonly hidden: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  readonly intermediate: number;
  readonly vocabulary: number;
}

/** Qwen3-Reranker-0.6B's own. */
export const FULL_SIZE: ModelSizes = {
  layers: 28,
  hidden: 1024,
  heads: 16,
  kvHeads: 8,
  headDim: 128,
  intermediate: 3072,
  vocabulary: 151_669,
};

/** Values written at a time. */
const BLOCK = 1 << 22;

interface TensorPlan {
  readonly name: string;
  readonly shape: readonly number[];
  readonly mean: number;
  readonly deviation: number;
}

/**
 * Writes config.json and model.safetensors (bfloat16, tied embedding) of a random model of these sizes into `folder`,
 * block by block. The same sizes give the same bytes.
 */
export async function writeRandomModel(folder: string, sizes: ModelSizes): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'config.json'), `${JSON.stringify(configOf(sizes), undefined, 2)}\n`);
  await NewFile.write(join(folder, 'model.safetensors'), async (file) => {
    const tensors = tensorsOf(sizes);
    await file.append(headerOf(tensors));
    for (const tensor of tensors) await writeTensor(file, tensor);
  });
}

function configOf(sizes: ModelSizes): Record<string, unknown> {
  return {
    architectures: ['Qwen3ForCausalLM'],
    model_type: 'qwen3',
    hidden_act: 'silu',
    attention_bias: false,
    rope_scaling: null,
    use_sliding_window: false,
    tie_word_embeddings: true,
    bos_token_id: 151643,
    eos_token_id: 151645,
    torch_dtype: 'bfloat16',
    vocab_size: sizes.vocabulary,
    hidden_size: sizes.hidden,
    intermediate_size: sizes.intermediate,
    num_hidden_layers: sizes.layers,
    num_attention_heads: sizes.heads,
    num_key_value_heads: sizes.kvHeads,
    head_dim: sizes.headDim,
    max_position_embeddings: 40960,
    rope_theta: 1_000_000,
    rms_norm_eps: 1e-6,
  };
}

function tensorsOf({
  layers,
  hidden,
  heads,
  kvHeads,
  headDim,
  intermediate,
  vocabulary,
}: ModelSizes): TensorPlan[] {
  const matrix = (name: string, rows: number, columns: number): TensorPlan => ({
    name: `${name}.weight`,
    shape: [rows, columns],
    mean: 0,
    deviation: 0.02,
  });
  const norm = (name: string, size: number, mean: number): TensorPlan => ({
    name: `${name}.weight`,
    shape: [size],
    mean,
    deviation: 0.1,
  });
  const plans = [matrix('model.embed_tokens', vocabulary, hidden)];
  for (let i = 0; i < layers; i++) {
    const layer = `model.layers.${i}`;
    plans.push(
      norm(`${layer}.input_layernorm`, hidden, 1),
      matrix(`${layer}.self_attn.q_proj`, heads * headDim, hidden),
      matrix(`${layer}.self_attn.k_proj`, kvHeads * headDim, hidden),
      matrix(`${layer}.self_attn.v_proj`, kvHeads * headDim, hidden),
      // Attention looks at a few tokens rather than at the mean of all, as a trained one does.
      norm(`${layer}.self_attn.q_norm`, headDim, 1.5),
      norm(`${layer}.self_attn.k_norm`, headDim, 1.5),
      matrix(`${layer}.self_attn.o_proj`, hidden, heads * headDim),
      norm(`${layer}.post_attention_layernorm`, hidden, 1),
      matrix(`${layer}.mlp.gate_proj`, intermediate, hidden),
      matrix(`${layer}.mlp.up_proj`, intermediate, hidden),
      matrix(`${layer}.mlp.down_proj`, hidden, intermediate),
    );
  }
  return [...plans, norm('model.norm', hidden, 1)];
}

/** The format: a little-endian uint64 length, that many bytes of JSON, then the values. */
function headerOf(tensors: readonly TensorPlan[]): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: { format: 'pt' } };
  let offset = 0;
  for (const { name, shape } of tensors) {
    const end = offset + 2 * countOf(shape);
    header[name] = { dtype: 'BF16', shape, data_offsets: [offset, end] };
    offset = end;
  }
  const json = JSON.stringify(header);
  const text = Buffer.from(json.padEnd(Math.ceil(json.length / 8) * 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text]);
}

async function writeTensor(file: NewFile, { name, shape, mean, deviation }: TensorPlan): Promise<void> {
  const values = normalBits(mean, deviation);
  const next = randomIntegers(name);
  const count = countOf(shape);
  for (let first = 0; first < count; first += BLOCK) {
    const block = new Uint16Array(Math.min(BLOCK, count - first));
    for (let i = 0; i < block.length; i++) block[i] = values[next() >>> 16] as number;
    await file.append(block);
  }
}

/** The bfloat16 bits of 65,536 equally likely values of a normal distribution: more than that type tells apart. */
function normalBits(mean: number, deviation: number): Uint16Array {
  const count = 1 << 16;
  const values = Float32Array.from(
    { length: count },
    (_, i) => mean + deviation * normalQuantile((i + 0.5) / count),
  );
  return Uint16Array.from(
    new Uint32Array(values.buffer),
    (bits) => (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16,
  );
}

/** By bisection of the distribution function, which Zelen & Severo 26.2.17 approximates to 7.5e-8. */
function normalQuantile(probability: number): number {
  let low = -6;
  let high = 6;
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2;
    if (normalProbability(middle) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function normalProbability(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x));
  const series =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) * series;
  return x > 0 ? 1 - tail : tail;
}

/** mulberry32, started from a name. */
function randomIntegers(name: string): () => number {
  let state = 2166136261;
  for (const character of name) state = Math.imul(state ^ character.charCodeAt(0), 16777619);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}

function countOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
