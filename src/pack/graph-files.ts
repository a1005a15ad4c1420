import { type GpuNeeds, gpuNeeds } from '../weights/gpu-needs.ts';
import type { ModelShape, PackFile, WeightFile } from '../weights/manifest.ts';
import type { PackFolder } from './chunk-writer.ts';
import { buildGraph } from './graph.ts';
import { type GraphPrecision, Q4_BLOCK, type Q4Matrix, transpose } from './quantise.ts';
import type { EncodedMatrix } from './reference-linear.ts';
import { rotaryTables } from './rotary.ts';
import { WeightFiles } from './weight-files.ts';
import type { WeightSink } from './weight-sink.ts';

/** A graph for onnxruntime and its weights, stored as the operators of `graph.ts` want them. */
export class GraphFiles implements WeightSink {
  readonly #folder: PackFolder;
  readonly #shape: ModelShape;
  readonly #precision: GraphPrecision;
  readonly #files: WeightFiles;
  readonly #scales: WeightFiles;

  constructor(folder: PackFolder, shape: ModelShape, precision: GraphPrecision) {
    this.#folder = folder;
    this.#shape = shape;
    this.#precision = precision;
    this.#files = new WeightFiles(folder, 'weights');
    this.#scales = new WeightFiles(folder, 'scales');
  }

  async vector(name: string, values: Float32Array): Promise<void> {
    await this.#files.add(name, values, name === 'head' ? [values.length, 1] : [values.length]);
  }

  async matrix(name: string, matrix: EncodedMatrix): Promise<void> {
    const { rows, columns } = matrix;
    if (this.#precision === 'float32') {
      await this.#files.add(name, transpose(matrix.values, rows, columns), [columns, rows]);
      return;
    }
    const { nibbles, scales } = matrix.q4 as Q4Matrix;
    await this.#files.add(name, nibbles, [rows, Math.ceil(columns / Q4_BLOCK), Q4_BLOCK / 2]);
    await this.#scales.add(`${name}.scales`, scales, [scales.length]);
  }

  async finish(): Promise<{ graph: PackFile; weights: readonly WeightFile[]; needs: GpuNeeds }> {
    const { maxPositions, headDim } = this.#shape;
    const { cos, sin } = rotaryTables(this.#shape, maxPositions);
    await this.#files.add('rotary.cos', cos, [maxPositions, headDim / 2]);
    await this.#files.add('rotary.sin', sin, [maxPositions, headDim / 2]);
    const weights = [...(await this.#files.finish()), ...(await this.#scales.finish())];
    const tensors = [...this.#files.tensors, ...this.#scales.tensors];
    const graph = buildGraph(this.#shape, this.#precision, tensors);
    const needs = gpuNeeds(
      this.#shape,
      tensors.map(({ length }) => length),
    );
    return { graph: await this.#folder.writeFile('graph.onnx', graph), weights, needs };
  }
}
