import type { ModelShape } from '../weights/manifest.ts';
import type { AnswerTokens } from './official-tokenizer.ts';
import { encodeEmbeddingRows, type Precision, quantiseInt8, quantiseQ4 } from './quantise.ts';
import type { Qwen3Config } from './qwen3-config.ts';
import type { WeightSource } from './reference.ts';
import type { EncodedMatrix } from './reference-linear.ts';
import type { Safetensors } from './safetensors.ts';

const EMBEDDINGS = 'model.embed_tokens.weight';
const HEAD = 'lm_head.weight';

/** The official weights under the names of transformers' `Qwen3ForCausalLM`, checked as a whole at the start. */
export class OfficialModel implements WeightSource {
  readonly shape: ModelShape;
  readonly #tensors: Safetensors;
  readonly #headName: string;
  readonly #tokens: AnswerTokens;
  readonly #precisions: readonly Precision[];

  /**
   * @param precisions what {@link matrix} encodes besides float32
   * @throws CaseMatcherError `invalid-input`: a tensor is missing, of another shape or of an unknown type
   */
  constructor(
    tensors: Safetensors,
    config: Qwen3Config,
    tokens: AnswerTokens,
    precisions: readonly Precision[],
  ) {
    this.shape = config.shape;
    this.#tensors = tensors;
    this.#headName = config.tied ? EMBEDDINGS : HEAD;
    this.#tokens = tokens;
    this.#precisions = precisions;
    this.#checkAll();
  }

  async embeddings(ids: readonly number[], precision: Precision): Promise<Float32Array> {
    const { hidden } = this.shape;
    const rows = new Float32Array(ids.length * hidden);
    for (const [i, id] of ids.entries()) {
      const row = await this.embeddingRows(id, 1);
      rows.set(precision === 'float32' ? row : decodeRow(row), i * hidden);
    }
    return rows;
  }

  embeddingRows(first: number, count: number): Promise<Float32Array> {
    return this.#tensors.readRows(EMBEDDINGS, first, count);
  }

  vector(name: string, length: number): Promise<Float32Array> {
    return this.#tensors.read(officialName(name), [length]);
  }

  async matrix(name: string, rows: number, columns: number): Promise<EncodedMatrix> {
    const values = await this.#tensors.read(officialName(name), [rows, columns]);
    const matrix = { rows, columns, values };
    return {
      ...matrix,
      ...(this.#precisions.includes('int8') ? { int8: quantiseInt8(matrix) } : {}),
      ...(this.#precisions.includes('q4') ? { q4: quantiseQ4(matrix) } : {}),
    };
  }

  async head(): Promise<Float32Array> {
    const yes = await this.#tensors.readRows(this.#headName, this.#tokens.yes, 1);
    const no = await this.#tensors.readRows(this.#headName, this.#tokens.no, 1);
    return yes.map((value, i) => value - (no[i] as number));
  }

  #checkAll(): void {
    const { layers, hidden, heads, kvHeads, headDim, intermediate, vocabulary } = this.shape;
    const tensors = this.#tensors;
    const expected: readonly (readonly [part: string, shape: readonly number[]])[] = [
      ['input_layernorm', [hidden]],
      ['self_attn.q_proj', [heads * headDim, hidden]],
      ['self_attn.k_proj', [kvHeads * headDim, hidden]],
      ['self_attn.v_proj', [kvHeads * headDim, hidden]],
      ['self_attn.q_norm', [headDim]],
      ['self_attn.k_norm', [headDim]],
      ['self_attn.o_proj', [hidden, heads * headDim]],
      ['post_attention_layernorm', [hidden]],
      ['mlp.gate_proj', [intermediate, hidden]],
      ['mlp.up_proj', [intermediate, hidden]],
      ['mlp.down_proj', [hidden, intermediate]],
    ];
    tensors.check(EMBEDDINGS, [vocabulary, hidden]);
    tensors.check(this.#headName, [vocabulary, hidden]);
    tensors.check(officialName('norm'), [hidden]);
    for (let layer = 0; layer < layers; layer++) {
      for (const [part, shape] of expected) tensors.check(officialName(`layers.${layer}.${part}`), shape);
    }
  }
}

function officialName(name: string): string {
  return `model.${name}.weight`;
}

/** A row as int8 variants look it up. */
function decodeRow(row: Float32Array): Float32Array {
  const bytes = encodeEmbeddingRows({ rows: 1, columns: row.length, values: row });
  const values = new Int8Array(bytes.buffer, 0, row.length);
  const scale = new DataView(bytes.buffer).getFloat32(row.length, true);
  return Float32Array.from(values, (value) => value * scale);
}
