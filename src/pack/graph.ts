import type { ModelShape } from '../weights/manifest.ts';
import { OnnxModel } from './onnx-model.ts';
import { type GraphPrecision, Q4_BLOCK } from './quantise.ts';
import type { PlacedTensor } from './weight-files.ts';

/** What ONNX's `Slice` takes as an end that lies past every axis. */
const TO_THE_END = 2 ** 31 - 1;

/**
 * The one graph for prefill and scoring. S new tokens, P past tokens (may be 0), T = P + S, R >= 1 positions read.
 *
 * Inputs: `embeddings` float32 [S, hidden]; `positions` int64 [S]; `bias` float32 [S, T], added to the attention
 * scores; `past.{l}.key`, `past.{l}.value` float32 [kvHeads, P, headDim]; `read` int64 [R]; `from` int64 [1].
 * Outputs: `present.{l}.key`, `present.{l}.value` float32 [kvHeads, T − from, headDim], keys after rotation, past
 * included, from row `from` on; `logits` float32 [R] = logit(yes) − logit(no).
 *
 * Attention is written out: the fused operators are slow on WASM and have been wrong on WebGPU.
 *
 * @param tensors the weights, named as `WEIGHTS` says
 */
export function buildGraph(
  shape: ModelShape,
  precision: GraphPrecision,
  tensors: readonly PlacedTensor[],
): Uint8Array {
  const model = new OnnxModel(`qwen3-reranker-${precision}`);
  for (const tensor of tensors) model.external(tensor);
  const embeddings = model.input('embeddings', 'float32', ['S', shape.hidden]);
  const positions = model.input('positions', 'int64', ['S']);
  const bias = model.input('bias', 'float32', ['S', 'T']);
  const read = model.input('read', 'int64', ['R']);
  const presents = new Map<string, string>();
  const block = new Block(model, shape, precision, {
    presents,
    positions: model.node('Unsqueeze', [positions, model.integers([0])]),
    bias: biasPerGroup(model, shape, bias),
  });

  let hidden = embeddings;
  for (let layer = 0; layer < shape.layers; layer++) {
    // Past the keys and values of the last layer only the rows that are read matter.
    hidden = block.layer(layer, hidden, layer === shape.layers - 1 ? read : undefined);
  }
  const last = block.norm(hidden, 'norm');
  const logits = model.node('MatMul', [last, 'head']);
  model.node('Reshape', [logits, model.integers([-1])], { output: 'logits' });
  model.output('logits', 'float32', ['R']);
  giveOut(model, shape, presents);
  return model.encode();
}

/**
 * onnxruntime holds every output until the run ends, asked for or not: a run that only scores takes none of the rows,
 * or the keys and values of all layers would fill the memory. It runs the last node that nothing follows first, so in
 * this order a layer's keys and values are free once the layer is done.
 */
function giveOut(model: OnnxModel, { kvHeads, headDim }: ModelShape, presents: ReadonlyMap<string, string>) {
  const from = model.input('from', 'int64', [1]);
  for (const [name, rows] of [...presents].reverse()) {
    const [end, axis] = [model.integers([TO_THE_END]), model.integers([1])];
    model.node('Slice', [rows, from, end, axis], { output: `present.${name}` });
    model.output(`present.${name}`, 'float32', [kvHeads, 'G', headDim]);
  }
}

/** The query heads of one KV head are rows of one matrix, [groups · S, T]: the bias is repeated for each of them. */
function biasPerGroup(model: OnnxModel, shape: ModelShape, bias: string): string {
  const groups = shape.heads / shape.kvHeads;
  return groups === 1 ? bias : model.node('Concat', Array(groups).fill(bias), { attributes: { axis: 0 } });
}

interface SharedInputs {
  /** All keys and values, past and new, by the end of their output's name. */
  readonly presents: Map<string, string>;
  /** [1, S] */
  readonly positions: string;
  /** [groups · S, T] */
  readonly bias: string;
}

class Block {
  readonly #model: OnnxModel;
  readonly #shape: ModelShape;
  readonly #precision: GraphPrecision;
  readonly #shared: SharedInputs;

  constructor(model: OnnxModel, shape: ModelShape, precision: GraphPrecision, shared: SharedInputs) {
    this.#model = model;
    this.#shape = shape;
    this.#precision = precision;
    this.#shared = shared;
  }

  layer(layer: number, input: string, read: string | undefined): string {
    const { hidden, heads, kvHeads, headDim, intermediate } = this.#shape;
    const name = (part: string) => `layers.${layer}.${part}`;
    const model = this.#model;
    const gather = (rows: string) =>
      read ? model.node('Gather', [rows, read], { attributes: { axis: 0 } }) : rows;

    const x = this.norm(input, name('input_layernorm'));
    const q = this.#linear(x, name('self_attn.q_proj'), hidden, heads * headDim);
    const k = this.#linear(x, name('self_attn.k_proj'), hidden, kvHeads * headDim);
    const v = this.#linear(x, name('self_attn.v_proj'), hidden, kvHeads * headDim);
    const context = gather(this.#attention(layer, q, k, v));
    const attended = this.#linear(context, name('self_attn.o_proj'), heads * headDim, hidden);
    const middle = model.node('Add', [gather(input), attended]);

    const y = this.norm(middle, name('post_attention_layernorm'));
    const gate = this.#linear(y, name('mlp.gate_proj'), hidden, intermediate);
    const up = this.#linear(y, name('mlp.up_proj'), hidden, intermediate);
    const silu = model.node('Mul', [gate, model.node('Sigmoid', [gate])]);
    const product = model.node('Mul', [silu, up]);
    return model.node('Add', [middle, this.#linear(product, name('mlp.down_proj'), intermediate, hidden)]);
  }

  /** RMS norm over the last axis: x · rsqrt(mean x² + eps) · weight. */
  norm(input: string, weight: string): string {
    return this.#model.node('SimplifiedLayerNormalization', [input, weight], {
      attributes: { axis: -1, epsilon: { float: this.#shape.rmsEps }, stash_type: 1 },
    });
  }

  /** q [S, heads · headDim], k and v [S, kvHeads · headDim] → [S, heads · headDim] */
  #attention(layer: number, q: string, k: string, v: string): string {
    const { heads, kvHeads, headDim } = this.#shape;
    const model = this.#model;
    const queries = this.#rotate(this.norm(this.#split(q, heads), `layers.${layer}.self_attn.q_norm`));
    const newKeys = this.#rotate(this.norm(this.#split(k, kvHeads), `layers.${layer}.self_attn.k_norm`));
    const newValues = model.node('Transpose', [this.#split(v, kvHeads)], { attributes: { perm: [1, 0, 2] } });
    const keys = this.#extend(`${layer}.key`, newKeys);
    const values = this.#extend(`${layer}.value`, newValues);

    const turned = model.node('Transpose', [keys], { attributes: { perm: [0, 2, 1] } });
    const scores = model.node('MatMul', [queries, turned]);
    const biased = model.node('Add', [scores, this.#shared.bias]);
    const weights = model.node('Softmax', [biased], { attributes: { axis: -1 } });
    const context = model.node('MatMul', [weights, values]);
    const perHead = model.node('Reshape', [context, model.integers([heads, -1, headDim])]);
    const perToken = model.node('Transpose', [perHead], { attributes: { perm: [1, 0, 2] } });
    return model.node('Reshape', [perToken, model.integers([-1, heads * headDim])]);
  }

  /** [S, n · headDim] → [S, n, headDim] */
  #split(rows: string, heads: number): string {
    return this.#model.node('Reshape', [rows, this.#model.integers([-1, heads, this.#shape.headDim])]);
  }

  /** [S, n, headDim] → [kvHeads, n / kvHeads · S, headDim], rotated */
  #rotate(input: string): string {
    const { kvHeads, headDim } = this.#shape;
    const model = this.#model;
    const byHead = model.node('Transpose', [input], { attributes: { perm: [1, 0, 2] } });
    const batch = model.node('Unsqueeze', [byHead, model.integers([0])]);
    const rotated = model.node(
      'RotaryEmbedding',
      [batch, this.#shared.positions, 'rotary.cos', 'rotary.sin'],
      {
        attributes: { interleaved: 0 },
        domain: 'com.microsoft',
      },
    );
    return model.node('Reshape', [rotated, model.integers([kvHeads, -1, headDim])]);
  }

  /** Appends the new keys or values to the past ones. */
  #extend(name: string, added: string): string {
    const { kvHeads, headDim } = this.#shape;
    const past = this.#model.input(`past.${name}`, 'float32', [kvHeads, 'P', headDim]);
    const rows = this.#model.node('Concat', [past, added], { attributes: { axis: 1 } });
    this.#shared.presents.set(name, rows);
    return rows;
  }

  #linear(x: string, name: string, inputs: number, outputs: number): string {
    const model = this.#model;
    if (this.#precision === 'float32') return model.node('MatMul', [x, name]);
    return model.node('MatMulNBits', [x, name, `${name}.scales`], {
      attributes: { K: inputs, N: outputs, bits: 4, block_size: Q4_BLOCK },
      domain: 'com.microsoft',
    });
  }
}
