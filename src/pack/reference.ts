import type { ModelShape } from '../weights/manifest.ts';
import { INVERSE_127, TINY } from './graph.ts';
import { type Int8Matrix, type Matrix, type Precision, Q4_BLOCK, type Q4Matrix } from './quantise.ts';

/** A matrix in every precision that is asked of it. */
export interface EncodedMatrix extends Matrix {
  readonly int8?: Int8Matrix;
  readonly q4?: Q4Matrix;
}

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

/** x [tokens, columns] · matrixᵀ → [tokens, rows] in the arithmetic of a precision */
function multiply(x: Float32Array, matrix: EncodedMatrix, precision: Precision): Float32Array {
  const { rows, columns } = matrix;
  const tokens = x.length / columns;
  const { values, scales } =
    precision === 'int8' ? quantiseActivations(x, columns) : { values: Float64Array.from(x) };
  const result = new Float32Array(tokens * rows);
  const weights = new Float64Array(columns);
  const columnScales = precision === 'int8' ? (matrix.int8 as Int8Matrix).scales : undefined;
  const sums = new Float64Array(4);
  for (let row = 0; row < rows; row++) {
    loadRow(matrix, precision, row, weights);
    for (let token = 0; token < tokens; token += 4) {
      const count = Math.min(4, tokens - token);
      if (count === 4) dotFour(weights, values, token * columns, sums);
      else for (let i = 0; i < count; i++) sums[i] = dot(values, (token + i) * columns, weights, 0, columns);
      for (let i = 0; i < count; i++) {
        let sum = Math.fround(sums[i] as number);
        if (scales && columnScales) {
          sum = Math.fround(Math.fround(sum * (scales[token + i] as number)) * (columnScales[row] as number));
        }
        result[(token + i) * rows + row] = sum;
      }
    }
  }
  return result;
}

/** What the int8 graph does to a row: see `#quantiseRows` there. */
function quantiseActivations(
  x: Float32Array,
  columns: number,
): { values: Float64Array; scales: Float32Array } {
  const values = new Float64Array(x.length);
  const scales = new Float32Array(x.length / columns);
  for (let token = 0; token < scales.length; token++) {
    const start = token * columns;
    let largest = 0;
    for (let i = start; i < start + columns; i++) largest = Math.max(largest, Math.abs(x[i] as number));
    const scale = Math.max(Math.fround(largest * INVERSE_127), TINY);
    scales[token] = scale;
    for (let i = start; i < start + columns; i++) {
      values[i] = roundHalfToEven(Math.fround((x[i] as number) / scale));
    }
  }
  return { values, scales };
}

function roundHalfToEven(value: number): number {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

function loadRow(matrix: EncodedMatrix, precision: Precision, row: number, target: Float64Array): void {
  const { columns } = matrix;
  if (precision === 'q4') {
    const { nibbles, scales } = matrix.q4 as Q4Matrix;
    const blocks = Math.ceil(columns / Q4_BLOCK);
    for (let i = 0; i < columns; i++) {
      const block = row * blocks + Math.floor(i / Q4_BLOCK);
      const byte = nibbles[block * (Q4_BLOCK / 2) + ((i % Q4_BLOCK) >> 1)] as number;
      target[i] = Math.fround(((i & 1 ? byte >> 4 : byte & 15) - 8) * (scales[block] as number));
    }
    return;
  }
  const values = precision === 'int8' ? (matrix.int8 as Int8Matrix).values : matrix.values;
  for (let i = 0; i < columns; i++) target[i] = values[row * columns + i] as number;
}

/** The dot products of one row of weights with four rows of `x` that follow one another. */
function dotFour(weights: Float64Array, x: Float64Array, start: number, sums: Float64Array): void {
  const columns = weights.length;
  const second = start + columns;
  const third = second + columns;
  const fourth = third + columns;
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  for (let i = 0; i < columns; i++) {
    const weight = weights[i] as number;
    a += weight * (x[start + i] as number);
    b += weight * (x[second + i] as number);
    c += weight * (x[third + i] as number);
    d += weight * (x[fourth + i] as number);
  }
  sums[0] = a;
  sums[1] = b;
  sums[2] = c;
  sums[3] = d;
}

type Values = Float32Array | Float64Array;

function dot(a: Values, aStart: number, b: Values, bStart: number, length: number): number {
  let sum = 0;
  for (let i = 0; i < length; i++) sum += (a[aStart + i] as number) * (b[bStart + i] as number);
  return sum;
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

/** Rotates each head of [tokens, heads · headDim] by its token's position: value i with value i + headDim / 2. */
function rotate(x: Float32Array, heads: number, shape: ModelShape, lengths: readonly number[]): Float32Array {
  const half = shape.headDim / 2;
  const { cos, sin } = rotaryTables(shape, Math.max(...lengths));
  const result = new Float32Array(x.length);
  let at = 0;
  for (const length of lengths) {
    for (let position = 0; position < length; position++) {
      for (let head = 0; head < heads; head++, at += shape.headDim) {
        for (let i = 0; i < half; i++) {
          const c = cos[position * half + i] as number;
          const s = sin[position * half + i] as number;
          const a = x[at + i] as number;
          const b = x[at + half + i] as number;
          result[at + i] = a * c - b * s;
          result[at + half + i] = b * c + a * s;
        }
      }
    }
  }
  return result;
}

/** cos and sin of position · theta^(−2i / headDim), each [positions, headDim / 2]: the formula of RoFormer, eq. 15. */
export function rotaryTables(shape: ModelShape, positions: number): { cos: Float32Array; sin: Float32Array } {
  const half = shape.headDim / 2;
  const cos = new Float32Array(positions * half);
  const sin = new Float32Array(positions * half);
  for (let i = 0; i < half; i++) {
    const frequency = shape.ropeTheta ** (-i / half);
    for (let position = 0; position < positions; position++) {
      cos[position * half + i] = Math.cos(position * frequency);
      sin[position * half + i] = Math.sin(position * frequency);
    }
  }
  return { cos, sin };
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
