import type { ModelShape } from '../weights/manifest.ts';
import type { Precision } from './quantise.ts';
import { dot, type EncodedMatrix, multiply } from './reference-linear.ts';
import { rotate } from './rotary.ts';

/** The weights of a model, asked for in the order of computation, each of them once. */
export interface WeightSource {
  readonly shape: ModelShape;
  /** Rows of the embedding table, one after the other, as a variant of this precision looks them up. */
  embeddings(ids: readonly number[], precision: Precision): Promise<Float32Array>;
  vector(name: string, length: number): Promise<Float32Array>;
  matrix(name: string, rows: number, columns: number): Promise<EncodedMatrix>;
  /** row(yes) − row(no) of the head */
  head(): Promise<Float32Array>;
}

export interface ReadSequence {
  readonly ids: readonly number[];
  readonly read: readonly number[];
}

/**
 * The forward pass in plain TypeScript: for known answers, not for speed. Values between the steps are float32 as
 * on the devices, sums are float64. One pass over the weights serves all sequences and precisions.
 *
 * @returns for each precision and sequence logit(yes) − logit(no) at each read position
 */
export async function computeLogits(
  source: WeightSource,
  sequences: readonly ReadSequence[],
  precisions: readonly Precision[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<Precision, number[][]>> {
  const { shape } = source;
  const ids = sequences.flatMap((sequence) => sequence.ids);
  const lengths = sequences.map((sequence) => sequence.ids.length);
  const streams: Stream[] = [];
  for (const precision of precisions) {
    streams.push({ precision, hidden: await source.embeddings(ids, precision) });
  }
  for (let layer = 0; layer < shape.layers; layer++) {
    signal?.throwIfAborted();
    await runLayer(source, layer, streams, lengths);
  }

  const norm = await source.vector('norm', shape.hidden);
  const head = await source.head();
  const logits = new Map<Precision, number[][]>();
  for (const { precision, hidden } of streams) {
    const last = rmsNorm(hidden, norm, shape.rmsEps);
    let start = 0;
    const perSequence = sequences.map(({ ids: own, read }) => {
      const rows = read.map((position) => last.subarray((start + position) * shape.hidden));
      start += own.length;
      return rows.map((row) => Math.fround(dot(row, 0, head, 0, shape.hidden)));
    });
    logits.set(precision, perSequence);
  }
  return logits;
}

/** The residual stream of all sequences, [tokens, hidden], in one precision. */
interface Stream {
  readonly precision: Precision;
  hidden: Float32Array;
}

async function runLayer(
  source: WeightSource,
  layer: number,
  streams: readonly Stream[],
  lengths: readonly number[],
): Promise<void> {
  const { shape } = source;
  const { hidden, intermediate, headDim, rmsEps: eps } = shape;
  const queryColumns = shape.heads * headDim;
  const keyColumns = shape.kvHeads * headDim;
  const name = (part: string) => `layers.${layer}.${part}`;
  const linear = async (part: string, rows: number, columns: number, inputs: readonly Float32Array[]) => {
    const matrix = await source.matrix(name(part), rows, columns);
    return inputs.map((input, i) => multiply(input, matrix, (streams[i] as Stream).precision));
  };

  const inputNorm = await source.vector(name('input_layernorm'), hidden);
  const x = streams.map((stream) => rmsNorm(stream.hidden, inputNorm, eps));
  const qNorm = await source.vector(name('self_attn.q_norm'), headDim);
  const kNorm = await source.vector(name('self_attn.k_norm'), headDim);
  const q = await linear('self_attn.q_proj', queryColumns, hidden, x);
  const k = await linear('self_attn.k_proj', keyColumns, hidden, x);
  const v = await linear('self_attn.v_proj', keyColumns, hidden, x);
  const context = streams.map((_, i) => {
    const queries = rotate(rmsNorm(q[i] as Float32Array, qNorm, eps), shape.heads, shape, lengths);
    const keys = rotate(rmsNorm(k[i] as Float32Array, kNorm, eps), shape.kvHeads, shape, lengths);
    return attend(queries, keys, v[i] as Float32Array, shape, lengths);
  });
  const attended = await linear('self_attn.o_proj', hidden, queryColumns, context);
  const middle = streams.map((stream, i) => add(stream.hidden, attended[i] as Float32Array));

  const postNorm = await source.vector(name('post_attention_layernorm'), hidden);
  const y = middle.map((rows) => rmsNorm(rows, postNorm, eps));
  const gate = await linear('mlp.gate_proj', intermediate, hidden, y);
  const up = await linear('mlp.up_proj', intermediate, hidden, y);
  const products = gate.map((rows, i) => swiGlu(rows, up[i] as Float32Array));
  const down = await linear('mlp.down_proj', hidden, intermediate, products);
  for (const [i, stream] of streams.entries()) {
    stream.hidden = add(middle[i] as Float32Array, down[i] as Float32Array);
  }
}

function add(a: Float32Array, b: Float32Array): Float32Array {
  return a.map((value, i) => value + (b[i] as number));
}

/** Rows of `weight.length` values each: x · rsqrt(mean x² + eps) · weight */
function rmsNorm(x: Float32Array, weight: Float32Array, eps: number): Float32Array {
  const columns = weight.length;
  const result = new Float32Array(x.length);
  for (let start = 0; start < x.length; start += columns) {
    const factor = 1 / Math.sqrt(dot(x, start, x, start, columns) / columns + eps);
    for (let i = 0; i < columns; i++)
      result[start + i] = (x[start + i] as number) * factor * (weight[i] as number);
  }
  return result;
}

function swiGlu(gate: Float32Array, up: Float32Array): Float32Array {
  return gate.map((value, i) => (value / (1 + Math.exp(-value))) * (up[i] as number));
}

/** Causal attention inside each sequence. */
function attend(
  queries: Float32Array,
  keys: Float32Array,
  values: Float32Array,
  shape: ModelShape,
  lengths: readonly number[],
): Float32Array {
  const { heads, kvHeads, headDim } = shape;
  const keyColumns = kvHeads * headDim;
  const scale = 1 / Math.sqrt(headDim);
  const result = new Float32Array(queries.length);
  let first = 0;
  for (const length of lengths) {
    for (let token = first; token < first + length; token++) {
      for (let head = 0; head < heads; head++) {
        const column = Math.floor(head / (heads / kvHeads)) * headDim;
        const query = (token * heads + head) * headDim;
        const weights: number[] = [];
        for (let other = first; other <= token; other++) {
          weights.push(dot(queries, query, keys, other * keyColumns + column, headDim) * scale);
        }
        softmax(weights);
        for (let i = 0; i < headDim; i++) {
          let sum = 0;
          for (const [j, weight] of weights.entries()) {
            sum += weight * (values[(first + j) * keyColumns + column + i] as number);
          }
          result[query + i] = sum;
        }
      }
    }
    first += length;
  }
  return result;
}

function softmax(values: number[]): void {
  const largest = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  let sum = 0;
  for (const [i, value] of values.entries()) {
    values[i] = Math.exp(value - largest);
    sum += values[i] as number;
  }
  for (const [i, value] of values.entries()) values[i] = value / sum;
}
