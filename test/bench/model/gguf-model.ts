import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readQwen3Config } from '../../../src/pack/qwen3-config.ts';
import { readJson, Safetensors } from '../../../src/pack/safetensors.ts';
import type { ModelShape } from '../../../src/weights/manifest.ts';
import { promptTemplate } from '../../../src/weights/official-prompt.ts';
import { type GgufTensor, type MetadataValue, writeGguf } from './gguf-file.ts';
import { rowBlocks } from './safetensor-rows.ts';

const EMBEDDINGS = 'model.embed_tokens.weight';
/** What the format calls the names of a layer in transformers. */
const MATRICES: Readonly<Record<string, string>> = {
  'self_attn.q_proj': 'attn_q',
  'self_attn.k_proj': 'attn_k',
  'self_attn.v_proj': 'attn_v',
  'self_attn.o_proj': 'attn_output',
  'mlp.gate_proj': 'ffn_gate',
  'mlp.up_proj': 'ffn_up',
  'mlp.down_proj': 'ffn_down',
};
const VECTORS: Readonly<Record<string, string>> = {
  input_layernorm: 'attn_norm',
  'self_attn.q_norm': 'attn_q_norm',
  'self_attn.k_norm': 'attn_k_norm',
  post_attention_layernorm: 'ffn_norm',
};
const MOSTLY_Q8_0 = 7;
const POOLING_RANK = 4;
const NORMAL_TOKEN = 1;
const CONTROL_TOKEN = 3;
const UNUSED_TOKEN = 5;

interface TokenizerJson {
  readonly model: {
    readonly vocab: Readonly<Record<string, number>>;
    readonly merges: readonly (string | readonly [string, string])[];
  };
  readonly added_tokens: readonly { readonly id: number; readonly content: string }[];
}

/**
 * Writes a Qwen3 reranker as one GGUF file of type Q8_0, as llama.cpp's converter does: rank pooling, and the rows of
 * "yes" and "no" as its classifier.
 *
 * @param from folder of the official files
 */
export async function writeGgufModel(from: string, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const { shape } = readQwen3Config(await readJson(from, 'config.json'));
  const tokenizer = JSON.parse(await readFile(join(from, 'tokenizer.json'), 'utf8')) as TokenizerJson;
  const tensors = await Safetensors.open(from);
  try {
    const answers = ['yes', 'no'].map((word) => tokenizer.model.vocab[word] as number);
    const metadata = { ...modelMetadata(shape), ...tokenizerMetadata(tokenizer, shape.vocabulary) };
    await writeGguf(path, metadata, tensorsOf(tensors, shape, answers));
  } finally {
    await tensors.close();
  }
}

function modelMetadata(shape: ModelShape): Record<string, MetadataValue> {
  return {
    'general.architecture': ['string', 'qwen3'],
    'general.type': ['string', 'model'],
    'general.name': ['string', 'random Qwen3 reranker'],
    'general.file_type': ['uint32', MOSTLY_Q8_0],
    'general.quantization_version': ['uint32', 2],
    'qwen3.block_count': ['uint32', shape.layers],
    'qwen3.context_length': ['uint32', shape.maxPositions],
    'qwen3.embedding_length': ['uint32', shape.hidden],
    'qwen3.feed_forward_length': ['uint32', shape.intermediate],
    'qwen3.attention.head_count': ['uint32', shape.heads],
    'qwen3.attention.head_count_kv': ['uint32', shape.kvHeads],
    'qwen3.attention.key_length': ['uint32', shape.headDim],
    'qwen3.attention.value_length': ['uint32', shape.headDim],
    'qwen3.attention.layer_norm_rms_epsilon': ['float32', shape.rmsEps],
    'qwen3.rope.freq_base': ['float32', shape.ropeTheta],
    'qwen3.pooling_type': ['uint32', POOLING_RANK],
    'qwen3.classifier.output_labels': ['array', 'string', ['yes', 'no']],
  };
}

function tokenizerMetadata(tokenizer: TokenizerJson, vocabulary: number): Record<string, MetadataValue> {
  const tokens = Array.from({ length: vocabulary }, (_, id) => `[PAD${id}]`);
  const types: number[] = Array(vocabulary).fill(UNUSED_TOKEN);
  for (const [token, id] of Object.entries(tokenizer.model.vocab)) {
    tokens[id] = token;
    types[id] = NORMAL_TOKEN;
  }
  for (const { id, content } of tokenizer.added_tokens) {
    tokens[id] = content;
    types[id] = CONTROL_TOKEN;
  }
  const merges = tokenizer.model.merges.map((merge) => (typeof merge === 'string' ? merge : merge.join(' ')));
  const id = (content: string): MetadataValue => ['uint32', tokens.indexOf(content)];
  return {
    'tokenizer.ggml.model': ['string', 'gpt2'],
    'tokenizer.ggml.pre': ['string', 'qwen2'],
    'tokenizer.ggml.tokens': ['array', 'string', tokens],
    'tokenizer.ggml.token_type': ['array', 'int32', types],
    'tokenizer.ggml.merges': ['array', 'string', merges],
    'tokenizer.ggml.eos_token_id': id('<|im_end|>'),
    'tokenizer.ggml.padding_token_id': id('<|endoftext|>'),
    'tokenizer.ggml.bos_token_id': id('<|endoftext|>'),
    'tokenizer.ggml.add_bos_token': ['bool', false],
    'tokenizer.chat_template.rerank': ['string', rerankTemplate()],
    'tokenizer.chat_templates': ['array', 'string', ['rerank']],
  };
}

/** The prompt of our packs; llama.cpp fills in {query} and {document}. */
function rerankTemplate(): string {
  const { prefix, body, document, suffix, instruction } = promptTemplate(undefined);
  return `${prefix}${body.replace('{instruction}', () => instruction)}${document}${suffix}`;
}

function tensorsOf(tensors: Safetensors, shape: ModelShape, answers: readonly number[]): GgufTensor[] {
  const { layers, hidden, heads, kvHeads, headDim, intermediate, vocabulary } = shape;
  const rowsOf: Readonly<Record<string, readonly [number, number]>> = {
    'self_attn.q_proj': [heads * headDim, hidden],
    'self_attn.k_proj': [kvHeads * headDim, hidden],
    'self_attn.v_proj': [kvHeads * headDim, hidden],
    'self_attn.o_proj': [hidden, heads * headDim],
    'mlp.gate_proj': [intermediate, hidden],
    'mlp.up_proj': [intermediate, hidden],
    'mlp.down_proj': [hidden, intermediate],
  };
  const vector = (name: string, official: string, size: number): GgufTensor => ({
    name: `${name}.weight`,
    type: 'f32',
    shape: [size],
    values: async function* () {
      yield await tensors.read(official, [size]);
    },
  });
  const matrix = (
    name: string,
    official: string,
    [rows, columns]: readonly [number, number],
  ): GgufTensor => ({
    name: `${name}.weight`,
    type: 'q8_0',
    shape: [rows, columns],
    values: async function* () {
      for await (const { values } of rowBlocks(tensors, official, rows)) yield values;
    },
  });
  const list = [matrix('token_embd', EMBEDDINGS, [vocabulary, hidden])];
  for (let layer = 0; layer < layers; layer++) {
    const official = (part: string): string => `model.layers.${layer}.${part}.weight`;
    for (const [part, name] of Object.entries(VECTORS)) {
      list.push(
        vector(`blk.${layer}.${name}`, official(part), part.startsWith('self_attn') ? headDim : hidden),
      );
    }
    for (const [part, name] of Object.entries(MATRICES)) {
      list.push(matrix(`blk.${layer}.${name}`, official(part), rowsOf[part] as readonly [number, number]));
    }
  }
  list.push(vector('output_norm', 'model.norm.weight', hidden));
  list.push({
    name: 'cls.output.weight',
    type: 'f32',
    shape: [answers.length, hidden],
    values: async function* () {
      for (const id of answers) yield await tensors.readRows(EMBEDDINGS, id, 1);
    },
  });
  return list;
}
