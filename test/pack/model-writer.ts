import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A config.json with what differs from a small Qwen3 model. */
export type ConfigChanges = Readonly<Record<string, unknown>>;

export type StoredType = 'F32' | 'F16' | 'BF16';

export interface ModelChanges {
  readonly config?: ConfigChanges;
  readonly type?: StoredType;
  /** More than one writes an index. */
  readonly shards?: number;
  readonly seed?: number;
}

const CONFIG = {
  model_type: 'qwen3',
  hidden_act: 'silu',
  attention_bias: false,
  rope_scaling: null,
  use_sliding_window: false,
  tie_word_embeddings: true,
  vocab_size: 64,
  hidden_size: 32,
  intermediate_size: 64,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  head_dim: 16,
  max_position_embeddings: 128,
  rope_theta: 10000,
  rms_norm_eps: 1e-6,
};

/** Knows the answers, the control tokens and four letters: enough for a vocabulary of ten. */
export const TOKENIZER = {
  version: '1.0',
  added_tokens: ['<|im_start|>', '<|im_end|>', '<think>', '</think>'].map((content, id) => ({ id, content })),
  normalizer: null,
  pre_tokenizer: null,
  post_processor: null,
  decoder: null,
  model: { type: 'BPE', vocab: { e: 4, yes: 5, t: 6, n: 7, r: 8, no: 9 }, merges: [] },
};

/** Writes the folder of a random Qwen3 model as the official ones look. */
export async function writeModel(folder: string, changes: ModelChanges = {}): Promise<void> {
  const config = { ...CONFIG, ...changes.config };
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'config.json'), JSON.stringify(config));
  await writeFile(join(folder, 'tokenizer.json'), JSON.stringify(TOKENIZER));
  const random = gaussian(changes.seed ?? 1);
  const tensors = shapesOf(config).map(([name, shape]) => {
    const count = shape.reduce((product, size) => product * size, 1);
    // Norm weights around 1, matrices that keep the size of what they multiply.
    const [mean, deviation] = shape.length === 1 ? [1, 0.2] : [0, 1.2 / Math.sqrt(shape[1] as number)];
    const values = Float32Array.from({ length: count }, () => mean + deviation * random());
    return { name, shape, values };
  });
  const shards = changes.shards ?? 1;
  const weightMap: Record<string, string> = {};
  for (let shard = 0; shard < shards; shard++) {
    const own = tensors.filter((_, i) => i % shards === shard);
    const file = shards === 1 ? 'model.safetensors' : `model-0000${shard + 1}-of-0000${shards}.safetensors`;
    for (const { name } of own) weightMap[name] = file;
    await writeFile(join(folder, file), safetensorsBytes(own, changes.type ?? 'F32'));
  }
  if (shards > 1) {
    await writeFile(join(folder, 'model.safetensors.index.json'), JSON.stringify({ weight_map: weightMap }));
  }
}

function shapesOf(config: typeof CONFIG): [name: string, shape: number[]][] {
  const { hidden_size: hidden, intermediate_size: intermediate, head_dim: headDim } = config;
  const queries = config.num_attention_heads * headDim;
  const keys = config.num_key_value_heads * headDim;
  const shapes: [string, number[]][] = [
    ['model.embed_tokens.weight', [config.vocab_size, hidden]],
    ['model.norm.weight', [hidden]],
  ];
  if (!config.tie_word_embeddings) shapes.push(['lm_head.weight', [config.vocab_size, hidden]]);
  for (let layer = 0; layer < config.num_hidden_layers; layer++) {
    const parts: [string, number[]][] = [
      ['self_attn.q_proj', [queries, hidden]],
      ['self_attn.k_proj', [keys, hidden]],
      ['self_attn.v_proj', [keys, hidden]],
      ['self_attn.o_proj', [hidden, queries]],
      ['self_attn.q_norm', [headDim]],
      ['self_attn.k_norm', [headDim]],
      ['mlp.gate_proj', [intermediate, hidden]],
      ['mlp.up_proj', [intermediate, hidden]],
      ['mlp.down_proj', [hidden, intermediate]],
      ['input_layernorm', [hidden]],
      ['post_attention_layernorm', [hidden]],
    ];
    for (const [part, shape] of parts) shapes.push([`model.layers.${layer}.${part}.weight`, shape]);
  }
  return shapes;
}

/** The bytes of a safetensors file. */
export function safetensorsBytes(
  tensors: readonly { name: string; shape: readonly number[]; values: Float32Array }[],
  type: StoredType,
): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: { format: 'pt' } };
  const bodies: Uint8Array[] = [];
  let offset = 0;
  for (const { name, shape, values } of tensors) {
    const body = encodeValues(values, type);
    header[name] = { dtype: type, shape, data_offsets: [offset, offset + body.length] };
    bodies.push(body);
    offset += body.length;
  }
  return withHeader(JSON.stringify(header), Buffer.concat(bodies));
}

export function withHeader(header: string, body: Uint8Array): Uint8Array {
  const text = new TextEncoder().encode(header);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, body]);
}

function encodeValues(values: Float32Array, type: StoredType): Uint8Array {
  if (type === 'F32') return new Uint8Array(values.buffer);
  const words = new Uint32Array(values.buffer);
  const bits = Uint16Array.from(words, (word) => (type === 'BF16' ? word >>> 16 : halfBits(word)));
  return new Uint8Array(bits.buffer);
}

/** float32 bits to half bits, cut off, for values whose size a half can hold; too small ones become 0. */
function halfBits(word: number): number {
  const sign = (word >>> 16) & 0x8000;
  const exponent = ((word >>> 23) & 255) - 112;
  return exponent <= 0 ? sign : sign | (exponent << 10) | ((word >>> 13) & 1023);
}

/** Normally distributed numbers from a seed (Box–Muller over an LCG). */
function gaussian(seed: number): () => number {
  let state = seed >>> 0;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}
