import type { OnnxModel } from '../../src/pack/onnx-model.ts';
import { type Matrix, Q4_BLOCK, quantiseQ4, transpose } from '../../src/pack/quantise.ts';
import type { WeightHolder } from './weight-holder.ts';

/** `q8`: int8 weights, activations quantised per tensor in the run. `q4`: MatMulNBits, float32 activations. */
export type ExportPrecision = 'fp32' | 'q8' | 'q4';

const FLOAT = 1;

/** A matrix product in the way in which published exports of a precision write it. */
export class Linear {
  readonly #model: OnnxModel;
  readonly #weights: WeightHolder;
  readonly #precision: ExportPrecision;

  constructor(model: OnnxModel, weights: WeightHolder, precision: ExportPrecision) {
    this.#model = model;
    this.#weights = weights;
    this.#precision = precision;
  }

  /** x [B, S, columns] · matrixᵀ → [B, S, rows] */
  apply(x: string, name: string, matrix: Matrix): string {
    switch (this.#precision) {
      case 'fp32':
        return this.#float32(x, name, matrix);
      case 'q8':
        return this.#dynamicInt8(x, name, matrix);
      case 'q4':
        return this.#blocks(x, name, matrix);
    }
  }

  #float32(x: string, name: string, { rows, columns, values }: Matrix): string {
    const weight = this.#weights.add(`${name}.weight`, transpose(values, rows, columns), [columns, rows]);
    return this.#model.node('MatMul', [x, weight]);
  }

  #blocks(x: string, name: string, matrix: Matrix): string {
    const { rows, columns } = matrix;
    const { nibbles, scales } = quantiseQ4(matrix);
    const blocks = columns / Q4_BLOCK;
    const inputs = [
      x,
      this.#weights.add(`${name}.weight_q4`, nibbles, [rows, blocks, Q4_BLOCK / 2]),
      this.#weights.add(`${name}.weight_scales`, scales, [rows, blocks]),
    ];
    return this.#model.node('MatMulNBits', inputs, {
      attributes: { K: columns, N: rows, bits: 4, block_size: Q4_BLOCK },
      domain: 'com.microsoft',
    });
  }

  /** As `quantize_dynamic` of onnxruntime writes it: one scale for the activations of the whole run. */
  #dynamicInt8(x: string, name: string, { rows, columns, values }: Matrix): string {
    const model = this.#model;
    const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const scale = Math.fround(largest / 127);
    const rounded = Int8Array.from(values, (value) => Math.round(value / scale));
    const weight = this.#weights.add(`${name}.weight_quantized`, transpose(rounded, rows, columns), [
      columns,
      rows,
    ]);
    const parts = ['quantized', 'scale', 'zero_point'].map((part) => `${name}.input_${part}`);
    const [quantised, inputScale, zeroPoint] = parts as [string, string, string];
    model.nodeWithOutputs('DynamicQuantizeLinear', [x], parts);
    const sums = model.node('MatMulInteger', [quantised, weight, zeroPoint]);
    const cast = model.node('Cast', [sums], { attributes: { to: FLOAT } });
    return model.node('Mul', [cast, model.node('Mul', [inputScale, model.float(scale)])]);
  }
}
