import type { ModelShape } from '../weights/manifest.ts';
import type { Precision } from './quantise.ts';
import type { WeightSource } from './reference.ts';
import type { EncodedMatrix } from './reference-linear.ts';
import type { WeightSink } from './weight-sink.ts';

/**
 * Hands weights through from another source and stores each of them, on its way, in the files of every precision:
 * so the model is read once, and never more than one matrix of it is in memory.
 */
export class PackingSource implements WeightSource {
  readonly shape: ModelShape;
  readonly #source: WeightSource;
  readonly #sinks: readonly WeightSink[];
  readonly #onStored: (name: string) => void;

  constructor(
    source: WeightSource,
    sinks: readonly WeightSink[],
    onStored: (name: string) => void = () => {},
  ) {
    this.shape = source.shape;
    this.#source = source;
    this.#sinks = sinks;
    this.#onStored = onStored;
  }

  embeddings(ids: readonly number[], precision: Precision): Promise<Float32Array> {
    return this.#source.embeddings(ids, precision);
  }

  async vector(name: string, length: number): Promise<Float32Array> {
    const values = await this.#source.vector(name, length);
    const stored = name.endsWith('.q_norm') ? this.#withAttentionScale(values) : values;
    for (const sink of this.#sinks) await sink.vector(name, stored);
    return values;
  }

  async matrix(name: string, rows: number, columns: number): Promise<EncodedMatrix> {
    const matrix = await this.#source.matrix(name, rows, columns);
    for (const sink of this.#sinks) await sink.matrix(name, matrix);
    this.#onStored(name);
    return matrix;
  }

  async head(): Promise<Float32Array> {
    const values = await this.#source.head();
    for (const sink of this.#sinks) await sink.vector('head', values);
    return values;
  }

  /** The attention's 1 / √headDim costs nothing in the norm of the queries: rotation is linear. */
  #withAttentionScale(values: Float32Array): Float32Array {
    return values.map((value) => value / Math.sqrt(this.shape.headDim));
  }
}
