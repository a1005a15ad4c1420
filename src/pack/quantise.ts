import { nearestHalf } from '../weights/float16.ts';

/** How a variant stores and multiplies its matrices. */
export type Precision = 'float32' | 'int8' | 'q4';
/** Those that onnxruntime computes; int8 is for our own kernels. */
export type GraphPrecision = Exclude<Precision, 'int8'>;

/** Values in a block of `MatMulNBits` that share a scale. */
export const Q4_BLOCK = 32;

/** A matrix as the official files hold it: row-major, one row per output. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array;
}

/** value ≈ values[row, column] · scales[row] */
export interface Int8Matrix {
  readonly values: Int8Array;
  readonly scales: Float32Array;
}

/** value ≈ (nibble − 8) · scale of its block; the even column is the low nibble. */
export interface Q4Matrix {
  /** [rows, blocks, 16] */
  readonly nibbles: Uint8Array;
  /** [rows, blocks]; float16 values */
  readonly scales: Float32Array;
}

/** Symmetric int8 with one scale per row (an output of the layer): scale = max |row| / 127. */
export function quantiseInt8({ rows, columns, values }: Matrix): Int8Matrix {
  const quantised = new Int8Array(rows * columns);
  const scales = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    let largest = 0;
    for (let i = start; i < start + columns; i++) largest = Math.max(largest, Math.abs(values[i] as number));
    const scale = Math.fround(largest / 127);
    scales[row] = scale;
    const inverse = scale === 0 ? 0 : 1 / scale;
    for (let i = start; i < start + columns; i++) {
      quantised[i] = clamp(Math.round((values[i] as number) * inverse), -127, 127);
    }
  }
  return { values: quantised, scales };
}

/**
 * Scales tried for a block, as largest value (with its sign) / divisor. −8 is llama.cpp's Q4_0: the largest
 * value falls on the end of −8…7 that reaches further. Beyond it the largest value is clipped and the others are
 * finer, 7 reaches the other way, between them all are rounded: the least squared error wins.
 */
const Q4_DIVISORS = [-8, -8.8, -8.4, -7.6, -7.2, 7];

/** 4 bits with one scale per block of 32 along the row, as `MatMulNBits` of com.microsoft reads them. */
export function quantiseQ4({ rows, columns, values }: Matrix): Q4Matrix {
  const blocks = Math.ceil(columns / Q4_BLOCK);
  const nibbles = new Uint8Array(rows * blocks * (Q4_BLOCK / 2)).fill(0x88);
  const scales = new Float32Array(rows * blocks);
  for (let block = 0; block < rows * blocks; block++) {
    const row = Math.floor(block / blocks);
    const first = (block % blocks) * Q4_BLOCK;
    const start = row * columns + first;
    const length = Math.min(Q4_BLOCK, columns - first);
    const scale = chooseQ4Scale(values, start, length);
    scales[block] = scale;
    if (scale === 0) continue;
    for (let i = 0; i < length; i++) {
      const level = clamp(Math.round((values[start + i] as number) / scale), -8, 7) + 8;
      const at = block * (Q4_BLOCK / 2) + (i >> 1);
      const byte = nibbles[at] as number;
      nibbles[at] = i & 1 ? (byte & 0x0f) | (level << 4) : (byte & 0xf0) | level;
    }
  }
  return { nibbles, scales };
}

function chooseQ4Scale(values: Float32Array, start: number, length: number): number {
  let largest = 0;
  for (let i = start; i < start + length; i++) {
    const value = values[i] as number;
    if (Math.abs(value) > Math.abs(largest)) largest = value;
  }
  if (largest === 0) return 0;
  // Infinite where no scale is large enough: then so are the known answers, and the pack is refused.
  let best = nearestHalf(largest / (Q4_DIVISORS[0] as number));
  let least = Number.POSITIVE_INFINITY;
  for (const divisor of Q4_DIVISORS) {
    const scale = nearestHalf(largest / divisor);
    if (scale === 0) continue;
    const inverse = 1 / scale;
    let error = 0;
    for (let i = start; i < start + length; i++) {
      const value = values[i] as number;
      const distance = value - clamp(Math.round(value * inverse), -8, 7) * scale;
      error += distance * distance;
    }
    if (error < least) {
      least = error;
      best = scale;
    }
  }
  return best;
}

/** Embedding rows as the pack stores them: per row `columns` int8, then a little-endian float32 scale. */
export function encodeEmbeddingRows(matrix: Matrix): Uint8Array {
  const { rows, columns } = matrix;
  const { values, scales } = quantiseInt8(matrix);
  const rowBytes = columns + 4;
  const bytes = new Uint8Array(rows * rowBytes);
  const view = new DataView(bytes.buffer);
  for (let row = 0; row < rows; row++) {
    bytes.set(new Uint8Array(values.buffer, row * columns, columns), row * rowBytes);
    view.setFloat32(row * rowBytes + columns, scales[row] as number, true);
  }
  return bytes;
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}

/** [rows, columns] → [columns, rows], in tiles that stay in the cache. */
export function transpose<T extends Float32Array | Int8Array>(values: T, rows: number, columns: number): T {
  const TILE = 32;
  const turned = values.slice() as T;
  for (let row0 = 0; row0 < rows; row0 += TILE) {
    for (let column0 = 0; column0 < columns; column0 += TILE) {
      const rowEnd = Math.min(rows, row0 + TILE);
      const columnEnd = Math.min(columns, column0 + TILE);
      for (let row = row0; row < rowEnd; row++) {
        for (let column = column0; column < columnEnd; column++) {
          turned[column * rows + row] = values[row * columns + column] as number;
        }
      }
    }
  }
  return turned;
}
