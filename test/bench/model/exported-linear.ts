import type { OnnxModel } from '../../../src/pack/onnx-model.ts';
import { type Matrix, Q4_BLOCK, quantiseQ4, transpose } from '../../../src/pack/quantise.ts';
import type { Safetensors } from '../../../src/pack/safetensors.ts';
import type { ExternalData } from './external-data.ts';
import { rowBlocks } from './safetensor-rows.ts';

/** `q8`: int8 weights and activations, one scale each. `q4`: 4-bit blocks, float32 activations. */
export type ExportPrecision = 'q8' | 'q4';

const FLOAT = 1;
const EMBEDDINGS = 'model.embed_tokens.weight';

/** The table at both ends of a model. */
export interface TiedTable {
  /** ids [B, S] → [B, S, hidden] */
  embed(ids: string): string;
  /** [B, S, hidden] → [B, S, vocabulary], named `output` */
  head(x: string, output: string): void;
}

/** Matrix products and the tied embedding in the way in which the published exports of a precision write them. */
export interface ExportedLinear {
  /** x [B, S, columns] · matrixᵀ → [B, S, rows] */
  apply(x: string, name: string, matrix: Matrix): Promise<string>;
  table(tensors: Safetensors, vocabulary: number, hidden: number): Promise<TiedTable>;
}

export function exportedLinear(
  precision: ExportPrecision,
  model: OnnxModel,
  data: ExternalData,
): ExportedLinear {
  return precision === 'q8' ? new DynamicInt8(model, data) : new FourBitBlocks(model, data);
}

/** As `quantize_dynamic` of onnxruntime writes it: DynamicQuantizeLinear of a whole run, then MatMulInteger. */
class DynamicInt8 implements ExportedLinear {
  readonly #model: OnnxModel;
  readonly #data: ExternalData;
  /** Activations that several products share are quantised once. */
  readonly #quantised = new Set<string>();

  constructor(model: OnnxModel, data: ExternalData) {
    this.#model = model;
    this.#data = data;
  }

  async apply(x: string, name: string, { rows, columns, values }: Matrix): Promise<string> {
    const scale = Math.fround(largest(values, 0) / 127);
    const turned = transpose(toInt8(values, scale), rows, columns);
    const weight = await this.#data.add(`${name}_quantized`, turned, [columns, rows]);
    return this.#multiply(x, weight, scale);
  }

  /** One int8 copy serves both ends, as the size of the published file says: [hidden, vocabulary]. */
  async table(tensors: Safetensors, vocabulary: number, hidden: number): Promise<TiedTable> {
    const model = this.#model;
    let most = 0;
    for await (const { values } of rowBlocks(tensors, EMBEDDINGS, vocabulary)) most = largest(values, most);
    const scale = Math.fround(most / 127);
    const turned = new Int8Array(hidden * vocabulary);
    for await (const { first, count, values } of rowBlocks(tensors, EMBEDDINGS, vocabulary)) {
      const block = transpose(toInt8(values, scale), count, hidden);
      for (let column = 0; column < hidden; column++) {
        turned.set(block.subarray(column * count, (column + 1) * count), column * vocabulary + first);
      }
    }
    const weight = await this.#data.add('model.embed_tokens.weight_quantized', turned, [hidden, vocabulary]);
    return {
      embed: (ids) => {
        const columns = model.node('Gather', [weight, ids], { attributes: { axis: 1 } });
        const rows = model.node('Transpose', [columns], { attributes: { perm: [1, 2, 0] } });
        const cast = model.node('Cast', [rows], { attributes: { to: FLOAT } });
        return model.node('Mul', [cast, model.float(scale)]);
      },
      head: (x, output) => {
        this.#multiply(x, weight, scale, output);
      },
    };
  }

  #multiply(x: string, weight: string, scale: number, output?: string): string {
    const model = this.#model;
    const parts = ['quantized', 'scale', 'zero_point'].map((part) => `${x}_${part}`);
    const [quantised, inputScale, zeroPoint] = parts as [string, string, string];
    if (!this.#quantised.has(x)) model.nodeWithOutputs('DynamicQuantizeLinear', [x], parts);
    this.#quantised.add(x);
    const sums = model.node('MatMulInteger', [quantised, weight, zeroPoint]);
    const cast = model.node('Cast', [sums], { attributes: { to: FLOAT } });
    const scales = model.node('Mul', [inputScale, model.float(scale)]);
    return model.node('Mul', [cast, scales], output === undefined ? {} : { output });
  }
}

/** MatMulNBits with blocks of 32; the embedding stays float32. */
class FourBitBlocks implements ExportedLinear {
  readonly #model: OnnxModel;
  readonly #data: ExternalData;

  constructor(model: OnnxModel, data: ExternalData) {
    this.#model = model;
    this.#data = data;
  }

  async apply(x: string, name: string, matrix: Matrix): Promise<string> {
    const { rows, columns } = matrix;
    const { nibbles, scales } = quantiseQ4(matrix);
    const blocks = columns / Q4_BLOCK;
    const quantised = await this.#data.add(`${name}_q4`, nibbles, [rows, blocks, Q4_BLOCK / 2]);
    return this.#multiply(
      x,
      quantised,
      await this.#data.add(`${name}_scales`, scales, [rows, blocks]),
      rows,
      columns,
    );
  }

  async table(tensors: Safetensors, vocabulary: number, hidden: number): Promise<TiedTable> {
    const model = this.#model;
    const blocks = hidden / Q4_BLOCK;
    const nibbles = new Uint8Array(vocabulary * blocks * (Q4_BLOCK / 2));
    const scales = new Float32Array(vocabulary * blocks);
    for await (const { first, count, values } of rowBlocks(tensors, EMBEDDINGS, vocabulary)) {
      const block = quantiseQ4({ rows: count, columns: hidden, values });
      nibbles.set(block.nibbles, first * blocks * (Q4_BLOCK / 2));
      scales.set(block.scales, first * blocks);
    }
    const head = [
      await this.#data.add('lm_head.weight_q4', nibbles, [vocabulary, blocks, Q4_BLOCK / 2]),
      await this.#data.add('lm_head.weight_scales', scales, [vocabulary, blocks]),
    ] as const;
    const table = await this.#data.stream(EMBEDDINGS, 'float32', [vocabulary, hidden], async function* () {
      for await (const { values } of rowBlocks(tensors, EMBEDDINGS, vocabulary)) yield values;
    });
    return {
      embed: (ids) => model.node('Gather', [table, ids]),
      head: (x, output) => {
        this.#multiply(x, ...head, vocabulary, hidden, output);
      },
    };
  }

  #multiply(
    x: string,
    weight: string,
    scales: string,
    rows: number,
    columns: number,
    output?: string,
  ): string {
    return this.#model.node('MatMulNBits', [x, weight, scales], {
      attributes: { K: columns, N: rows, bits: 4, block_size: Q4_BLOCK },
      domain: 'com.microsoft',
      ...(output === undefined ? {} : { output }),
    });
  }
}

function toInt8(values: Float32Array, scale: number): Int8Array {
  const rounded = new Int8Array(values.length);
  for (let i = 0; i < values.length; i++) rounded[i] = Math.round((values[i] as number) / scale);
  return rounded;
}

function largest(values: Float32Array, atLeast: number): number {
  let most = atLeast;
  for (let i = 0; i < values.length; i++) most = Math.max(most, Math.abs(values[i] as number));
  return most;
}
