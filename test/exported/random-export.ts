import { type Dimension, OnnxModel } from '../../src/pack/onnx-model.ts';
import { rotaryTables } from '../../src/pack/rotary.ts';
import type { ModelShape } from '../../src/weights/manifest.ts';
import { type ExportPrecision, Linear } from './linear.ts';
import { randomValues } from './random-values.ts';
import { WeightHolder } from './weight-holder.ts';

export interface ExportRecipe {
  readonly precision: ExportPrecision;
  /** `gqa`: com.microsoft GroupQueryAttention, as the published exports have it; `plain`: written out. */
  readonly attention: 'gqa' | 'plain';
  readonly vocabulary: number;
  /** Weights in `<graph name>_data` beside the graph. */
  readonly externalData?: string;
  /** Whether config.json says so; published ones do. */
  readonly announcesData?: boolean;
  /** A token whose embedding is this many times as large, as the first token of real models makes activations. */
  readonly sink?: { readonly token: number; readonly factor: number };
  readonly layers?: number;
  /** An input `num_logits_to_keep`, as newer exports have it. */
  readonly keepsLogits?: boolean;
  /** Keys, values and logits go in and out in float16, as those of fp16 exports do. */
  readonly halfCache?: boolean;
  /** Faulty: new tokens do not see the past. */
  readonly forgetsPast?: boolean;
}

const SIZES = { hidden: 64, heads: 4, kvHeads: 2, headDim: 32, intermediate: 128, maxPositions: 1024 };
// The numbers of ONNX's element types, for Cast.
const FLOAT = 1;
const INT32 = 6;
const FLOAT16 = 10;

/** The shape of the model of a recipe. */
export function exportShape({ vocabulary, layers = 3 }: ExportRecipe): ModelShape {
  return { ...SIZES, layers, vocabulary, ropeTheta: 1_000_000, rmsEps: 1e-6 };
}

/** What `config.json` of the export says. */
export function exportConfig(recipe: ExportRecipe): Record<string, unknown> {
  const shape = exportShape(recipe);
  return {
    architectures: ['Qwen3ForCausalLM'],
    model_type: 'qwen3',
    hidden_act: 'silu',
    vocab_size: shape.vocabulary,
    hidden_size: shape.hidden,
    intermediate_size: shape.intermediate,
    num_hidden_layers: shape.layers,
    num_attention_heads: shape.heads,
    num_key_value_heads: shape.kvHeads,
    head_dim: shape.headDim,
    max_position_embeddings: shape.maxPositions,
    rope_theta: shape.ropeTheta,
    rms_norm_eps: shape.rmsEps,
    tie_word_embeddings: true,
    ...(recipe.announcesData
      ? { 'transformers.js_config': { use_external_data_format: { 'model.onnx': 1 } } }
      : {}),
  };
}

/**
 * A random Qwen3 model with the inputs and outputs that transformers.js expects of a decoder: the same recipe gives
 * the same bytes.
 */
export function buildExport(recipe: ExportRecipe): { graph: Uint8Array; data: Uint8Array } {
  const builder = new ExportBuilder(recipe);
  return builder.build();
}

class ExportBuilder {
  readonly #recipe: ExportRecipe;
  readonly #shape: ModelShape;
  readonly #model = new OnnxModel('qwen3-export');
  readonly #weights: WeightHolder;
  readonly #linear: Linear;

  constructor(recipe: ExportRecipe) {
    this.#recipe = recipe;
    this.#shape = exportShape(recipe);
    this.#weights = new WeightHolder(this.#model, recipe.externalData);
    this.#linear = new Linear(this.#model, this.#weights, recipe.precision);
  }

  build(): { graph: Uint8Array; data: Uint8Array } {
    const model = this.#model;
    const { hidden, vocabulary, layers, headDim, maxPositions } = this.#shape;
    const ids = model.input('input_ids', 'int64', ['batch_size', 'sequence_length']);
    const mask = model.input('attention_mask', 'int64', ['batch_size', 'total_sequence_length']);
    const positions = model.input('position_ids', 'int64', ['batch_size', 'sequence_length']);
    const tables = rotaryTables(this.#shape, maxPositions);
    const half = headDim / 2;
    const shared = {
      positions,
      cos: this.#weights.add('cos_cache', tables.cos, [maxPositions, half]),
      sin: this.#weights.add('sin_cache', tables.sin, [maxPositions, half]),
      ...(this.#recipe.attention === 'gqa'
        ? this.#lengths(mask)
        : { bias: this.#causalBias(mask, positions) }),
    };
    const table = this.#embeddings();
    let state = model.node('Gather', [
      this.#weights.add('model.embed_tokens.weight', table, [vocabulary, hidden]),
      ids,
    ]);
    for (let layer = 0; layer < layers; layer++) state = this.#layer(layer, state, shared);
    if (this.#recipe.keepsLogits) state = this.#lastTokens(state);
    const last = this.#norm(state, 'model.norm', hidden);
    const head = this.#linear.apply(last, 'lm_head', { rows: vocabulary, columns: hidden, values: table });
    this.#give('logits', head, ['batch_size', 'sequence_length', vocabulary]);
    return { graph: model.encode(), data: this.#weights.externalBytes() };
  }

  #embeddings(): Float32Array {
    const { vocabulary, hidden } = this.#shape;
    const table = randomValues('embed', vocabulary * hidden, 1);
    const { sink } = this.#recipe;
    if (sink) {
      for (let i = 0; i < 4; i++) table[sink.token * hidden + i] = sink.factor * (i % 2 === 0 ? 1 : -1);
    }
    return table;
  }

  #layer(layer: number, input: string, shared: SharedInputs): string {
    const { hidden, heads, kvHeads, headDim, intermediate } = this.#shape;
    const name = (part: string): string => `model.layers.${layer}.${part}`;
    const model = this.#model;
    const x = this.#norm(input, name('input_layernorm'), hidden);
    const q = this.#project(x, name('q_proj'), hidden, heads * headDim);
    const k = this.#project(x, name('k_proj'), hidden, kvHeads * headDim);
    const v = this.#project(x, name('v_proj'), hidden, kvHeads * headDim);
    const heads4 = {
      query: this.#headNorm(q, heads, name('q_norm')),
      key: this.#headNorm(k, kvHeads, name('k_norm')),
      value: v,
    };
    const context =
      'bias' in shared ? this.#plain(layer, heads4, shared) : this.#fused(layer, heads4, shared);
    const attended = this.#project(context, name('o_proj'), heads * headDim, hidden);
    const middle = model.node('Add', [input, attended]);
    const y = this.#norm(middle, name('post_attention_layernorm'), hidden);
    const gate = this.#project(y, name('gate_proj'), hidden, intermediate);
    const up = this.#project(y, name('up_proj'), hidden, intermediate);
    const silu = model.node('Mul', [gate, model.node('Sigmoid', [gate])]);
    const down = this.#project(model.node('Mul', [silu, up]), name('down_proj'), intermediate, hidden);
    return model.node('Add', [middle, down]);
  }

  #project(x: string, name: string, inputs: number, outputs: number): string {
    const values = randomValues(name, inputs * outputs, 1.5 / Math.sqrt(inputs));
    return this.#linear.apply(x, name, { rows: outputs, columns: inputs, values });
  }

  #norm(input: string, name: string, size: number): string {
    const weight = randomValues(name, size, 0.2).map((value) => 1 + value);
    return this.#model.node(
      'SimplifiedLayerNormalization',
      [input, this.#weights.add(`${name}.weight`, weight, [size])],
      { attributes: { axis: -1, epsilon: { float: this.#shape.rmsEps }, stash_type: 1 } },
    );
  }

  /** [B, S, n · headDim], normed within each head. */
  #headNorm(rows: string, heads: number, name: string): string {
    const { headDim } = this.#shape;
    const model = this.#model;
    const split = model.node('Reshape', [rows, model.integers([0, 0, heads, headDim])]);
    const normed = this.#norm(split, name, headDim);
    return model.node('Reshape', [normed, model.integers([0, 0, heads * headDim])]);
  }

  #fused(layer: number, { query, key, value }: Heads, shared: FusedInputs): string {
    const { heads, kvHeads, headDim } = this.#shape;
    const past = [this.#past(layer, 'key'), this.#past(layer, 'value')];
    const outputs = ['context', 'keys', 'values'].map((name) => `${name}_${layer}`);
    const [context, keys, values] = outputs as [string, string, string];
    this.#model.nodeWithOutputs(
      'GroupQueryAttention',
      [query, key, value, ...past, shared.last, shared.total, shared.cos, shared.sin],
      outputs,
      {
        domain: 'com.microsoft',
        attributes: {
          num_heads: heads,
          kv_num_heads: kvHeads,
          scale: { float: 1 / Math.sqrt(headDim) },
          do_rotary: 1,
          rotary_interleaved: 0,
        },
      },
    );
    this.#present(layer, 'key', keys);
    this.#present(layer, 'value', values);
    return context;
  }

  #plain(layer: number, { query, key, value }: Heads, shared: PlainInputs): string {
    const { heads, kvHeads, headDim } = this.#shape;
    const model = this.#model;
    const append = (kind: 'key' | 'value', added: string): string => {
      const both = model.node('Concat', [this.#past(layer, kind), added], { attributes: { axis: 2 } });
      this.#present(layer, kind, both);
      return both;
    };
    const keys = append('key', this.#rotate(this.#perHead(key, kvHeads), shared));
    const values = append('value', this.#perHead(value, kvHeads));
    const repeat = (states: string): string => {
      const groups = heads / kvHeads;
      const wide = model.node('Unsqueeze', [states, model.integers([2])]);
      const repeated = model.node('Concat', Array(groups).fill(wide), { attributes: { axis: 2 } });
      return model.node('Reshape', [repeated, model.integers([0, heads, -1, headDim])]);
    };
    const turned = model.node('Transpose', [repeat(keys)], { attributes: { perm: [0, 1, 3, 2] } });
    const scores = model.node('MatMul', [this.#rotate(this.#perHead(query, heads), shared), turned]);
    const scaled = model.node('Mul', [scores, model.float(1 / Math.sqrt(headDim))]);
    const weights = model.node('Softmax', [model.node('Add', [scaled, shared.bias])], {
      attributes: { axis: -1 },
    });
    const context = model.node('MatMul', [weights, repeat(values)]);
    const perToken = model.node('Transpose', [context], { attributes: { perm: [0, 2, 1, 3] } });
    return model.node('Reshape', [perToken, model.integers([0, 0, heads * headDim])]);
  }

  /** [B, S, n · headDim] → [B, n, S, headDim] */
  #perHead(rows: string, heads: number): string {
    const model = this.#model;
    const split = model.node('Reshape', [rows, model.integers([0, 0, heads, this.#shape.headDim])]);
    return model.node('Transpose', [split], { attributes: { perm: [0, 2, 1, 3] } });
  }

  #rotate(states: string, { positions, cos, sin }: SharedInputs): string {
    return this.#model.node('RotaryEmbedding', [states, positions, cos, sin], {
      attributes: { interleaved: 0 },
      domain: 'com.microsoft',
    });
  }

  #past(layer: number, kind: 'key' | 'value'): string {
    const { kvHeads, headDim } = this.#shape;
    const dims = ['batch_size', kvHeads, 'past_sequence_length', headDim];
    const name = `past_key_values.${layer}.${kind}`;
    if (!this.#recipe.halfCache) return this.#model.input(name, 'float32', dims);
    return this.#model.node('Cast', [this.#model.input(name, 'float16', dims)], {
      attributes: { to: FLOAT },
    });
  }

  #present(layer: number, kind: 'key' | 'value', value: string): void {
    const { kvHeads, headDim } = this.#shape;
    this.#give(`present.${layer}.${kind}`, value, ['batch_size', kvHeads, 'total_sequence_length', headDim]);
  }

  /** Makes a value an output of the model. */
  #give(name: string, value: string, dims: readonly Dimension[]): void {
    const half = this.#recipe.halfCache === true;
    const to = { to: half ? FLOAT16 : FLOAT };
    this.#model.node('Cast', [value], { attributes: to, output: name });
    this.#model.output(name, half ? 'float16' : 'float32', dims);
  }

  /** What GroupQueryAttention wants to know of lengths, from the attention mask. */
  #lengths(mask: string): { last: string; total: string } {
    const model = this.#model;
    const counted = model.node('ReduceSum', [mask, model.integers([1])], { attributes: { keepdims: 0 } });
    const last = model.node('Sub', [counted, model.integers([1])]);
    const width = model.node('Gather', [model.node('Shape', [mask]), model.integers([1])]);
    const total = model.node('Squeeze', [width]);
    const int32 = (value: string): string => model.node('Cast', [value], { attributes: { to: INT32 } });
    return { last: int32(last), total: int32(total) };
  }

  /** [B, 1, S, T]: 0 where the key's position is not after the query's. */
  #causalBias(mask: string, positions: string): string {
    const model = this.#model;
    const ones = model.node('CumSum', [mask, model.integers([1])]);
    const keys = model.node('Unsqueeze', [
      model.node('Sub', [ones, model.integers([1])]),
      model.integers([1]),
    ]);
    const queries = model.node('Unsqueeze', [positions, model.integers([2])]);
    const before = model.node('LessOrEqual', [keys, queries]);
    const seen = this.#recipe.forgetsPast
      ? model.node('And', [before, this.#isNew(keys, positions)])
      : before;
    const bias = model.node('Where', [seen, model.float(0), model.float(-1e9)]);
    return model.node('Unsqueeze', [bias, model.integers([1])]);
  }

  /** Whether a key belongs to this run. */
  #isNew(keys: string, positions: string): string {
    const model = this.#model;
    const first = model.node('Gather', [positions, model.integers([0])], { attributes: { axis: 1 } });
    return model.node('GreaterOrEqual', [keys, model.node('Unsqueeze', [first, model.integers([2])])]);
  }

  /** The last `num_logits_to_keep` rows; all when it is 0. */
  #lastTokens(state: string): string {
    const model = this.#model;
    const count = model.input('num_logits_to_keep', 'int64', []);
    const first = model.node('Reshape', [model.node('Neg', [count]), model.integers([1])]);
    const end = model.integers([Number.MAX_SAFE_INTEGER]);
    return model.node('Slice', [state, first, end, model.integers([1])]);
  }
}

interface Heads {
  readonly query: string;
  readonly key: string;
  readonly value: string;
}

interface Rotary {
  readonly positions: string;
  readonly cos: string;
  readonly sin: string;
}
type FusedInputs = Rotary & { readonly last: string; readonly total: string };
type PlainInputs = Rotary & { readonly bias: string };
type SharedInputs = FusedInputs | PlainInputs;
