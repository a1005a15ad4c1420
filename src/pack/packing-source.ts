import type { ModelShape } from '../weights/manifest.ts';
import { type Int8Matrix, type Precision, Q4_BLOCK, type Q4Matrix, transpose } from './quantise.ts';
import type { WeightSource } from './reference.ts';
import type { EncodedMatrix } from './reference-linear.ts';
import { rotaryTables } from './rotary.ts';
import type { WeightFiles } from './weight-files.ts';

/**
 * Hands weights through from another source and stores each of them, on its way, in the files of every precision:
 * so the model is read once, and never more than one matrix of it is in memory.
 *
 * Tensor names in the files are those asked for; matrices are stored as the operators of `graph.ts` want them.
 */
export class PackingSource implements WeightSource {
  readonly shape: ModelShape;
  readonly #source: WeightSource;
  readonly #files: ReadonlyMap<Precision, WeightFiles>;
  readonly #onStored: (name: string) => void;

  constructor(
    source: WeightSource,
    files: ReadonlyMap<Precision, WeightFiles>,
    onStored: (name: string) => void = () => {},
  ) {
    this.shape = source.shape;
    this.#source = source;
    this.#files = files;
    this.#onStored = onStored;
  }

  embeddings(ids: readonly number[], precision: Precision): Promise<Float32Array> {
    return this.#source.embeddings(ids, precision);
  }

  async vector(name: string, length: number): Promise<Float32Array> {
    const values = await this.#source.vector(name, length);
    await this.#addToAll(name, name.endsWith('.q_norm') ? this.#withAttentionScale(values) : values, [
      length,
    ]);
    return values;
  }

  async matrix(name: string, rows: number, columns: number): Promise<EncodedMatrix> {
    const matrix = await this.#source.matrix(name, rows, columns);
    for (const [precision, files] of this.#files) await storeMatrix(files, name, matrix, precision);
    this.#onStored(name);
    return matrix;
  }

  async head(): Promise<Float32Array> {
    const values = await this.#source.head();
    await this.#addToAll('head', values, [values.length, 1]);
    return values;
  }

  async storeRotaryTables(): Promise<void> {
    const { maxPositions, headDim } = this.shape;
    const { cos, sin } = rotaryTables(this.shape, maxPositions);
    await this.#addToAll('rotary.cos', cos, [maxPositions, headDim / 2]);
    await this.#addToAll('rotary.sin', sin, [maxPositions, headDim / 2]);
  }

  /** The attention's 1 / √headDim costs nothing in the norm of the queries: rotation is linear. */
  #withAttentionScale(values: Float32Array): Float32Array {
    return values.map((value) => value / Math.sqrt(this.shape.headDim));
  }

  async #addToAll(name: string, values: Float32Array, dims: readonly number[]): Promise<void> {
    for (const files of this.#files.values()) await files.add(name, values, dims);
  }
}

async function storeMatrix(
  files: WeightFiles,
  name: string,
  matrix: EncodedMatrix,
  precision: Precision,
): Promise<void> {
  const { rows, columns } = matrix;
  switch (precision) {
    case 'float32':
      return files.add(name, transpose(matrix.values, rows, columns), [columns, rows]);
    case 'int8': {
      const { values, scales } = matrix.int8 as Int8Matrix;
      await files.add(name, transpose(values, rows, columns), [columns, rows]);
      return files.add(`${name}.scales`, scales, [rows]);
    }
    case 'q4': {
      const { nibbles, scales } = matrix.q4 as Q4Matrix;
      await files.add(name, nibbles, [rows, Math.ceil(columns / Q4_BLOCK), Q4_BLOCK / 2]);
      return files.add(`${name}.scales`, scales, [scales.length]);
    }
  }
}
