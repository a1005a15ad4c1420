import { type Int8Matrix, type Matrix, type Precision, Q4_BLOCK, type Q4Matrix } from './quantise.ts';

/** A matrix in every precision that is asked of it. */
export interface EncodedMatrix extends Matrix {
  readonly int8?: Int8Matrix;
  readonly q4?: Q4Matrix;
}

/** x [tokens, columns] · matrixᵀ → [tokens, rows] in the arithmetic of a precision */
export function multiply(x: Float32Array, matrix: EncodedMatrix, precision: Precision): Float32Array {
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

const INVERSE_127 = Math.fround(1 / 127);
/** Keeps a row of zeros from dividing by zero. */
const TINY = Math.fround(1e-12);

/** What the int8 kernels do to a row: see `quantise` in src/kernels. */
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

/** The dot product of `length` values of each. */
export function dot(a: Values, aStart: number, b: Values, bStart: number, length: number): number {
  let sum = 0;
  for (let i = 0; i < length; i++) sum += (a[aStart + i] as number) * (b[bStart + i] as number);
  return sum;
}
