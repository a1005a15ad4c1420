import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeEmbeddingRows, quantiseInt8, quantiseQ4, transpose } from '../../src/pack/quantise.ts';
import { nearestHalf } from '../../src/weights/float16.ts';

const float = fc.float({ noNaN: true, noDefaultInfinity: true, min: -100, max: 100 });
const matrices = fc
  .record({ rows: fc.integer({ min: 1, max: 4 }), columns: fc.integer({ min: 1, max: 70 }) })
  .chain(({ rows, columns }) =>
    fc
      .array(float, { minLength: rows * columns, maxLength: rows * columns })
      .map((values) => ({ rows, columns, values: Float32Array.from(values) })),
  );

describe('int8', () => {
  it('is off by at most half a step of its row', () => {
    fc.assert(
      fc.property(matrices, (matrix) => {
        const { values, scales } = quantiseInt8(matrix);
        for (const [i, value] of matrix.values.entries()) {
          const scale = scales[Math.floor(i / matrix.columns)] as number;
          expect(Math.abs((values[i] as number) * scale - value)).toBeLessThanOrEqual(scale * 0.5001 + 1e-30);
        }
      }),
    );
  });
});

describe('q4', () => {
  it('is off by at most what plain Q4_0 is, in squares, and pads with zeros', () => {
    fc.assert(
      fc.property(matrices, (matrix) => {
        const { nibbles, scales } = quantiseQ4(matrix);
        const blocks = Math.ceil(matrix.columns / 32);
        for (let block = 0; block < matrix.rows * blocks; block++) {
          const row = Math.floor(block / blocks);
          const first = (block % blocks) * 32;
          const end = Math.min(first + 32, matrix.columns);
          const original = matrix.values.subarray(row * matrix.columns + first, row * matrix.columns + end);
          const levels = Array.from({ length: 32 }, (_, i) => {
            const byte = nibbles[block * 16 + (i >> 1)] as number;
            return (i & 1 ? byte >> 4 : byte & 15) - 8;
          });
          const scale = scales[block] as number;
          const decoded = levels.map((level) => level * scale);
          expect(decoded.slice(original.length).every((value) => value === 0)).toBe(true);
          expect(squaredError(original, decoded)).toBeLessThanOrEqual(
            plainQ4Error(original) * 1.0001 + 1e-30,
          );
        }
      }),
    );
  });
});

describe('a block in q4', () => {
  const scaleOf = (value: number) =>
    quantiseQ4({ rows: 1, columns: 32, values: new Float32Array(32).fill(value, 3, 4) }).scales[0];

  it('is zero where its values are smaller than any scale', () => {
    expect(scaleOf(1e-8)).toBe(-0);
  });

  it('has no finite scale where its values are larger than any', () => {
    expect(scaleOf(1e6)).toBe(Number.NEGATIVE_INFINITY);
  });
});

describe('embedding rows', () => {
  it('are int8 values and then a little-endian float32 scale', () => {
    const bytes = encodeEmbeddingRows({ rows: 2, columns: 3, values: Float32Array.of(1, -2, 0.5, 0, 0, 0) });
    const view = new DataView(bytes.buffer);
    expect([0, 1, 2].map((i) => view.getInt8(i))).toEqual([64, -127, 32]);
    expect(view.getFloat32(3, true)).toBeCloseTo(2 / 127, 8);
    expect(bytes.subarray(7)).toEqual(new Uint8Array(7));
  });
});

describe('transpose', () => {
  it('turns rows into columns', () => {
    fc.assert(
      fc.property(matrices, ({ rows, columns, values }) => {
        const turned = transpose(values, rows, columns);
        for (const [i, value] of values.entries()) {
          expect(turned[(i % columns) * rows + Math.floor(i / columns)]).toBe(value);
        }
      }),
    );
  });
});

function squaredError(a: Float32Array, b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + (value - (b[i] as number)) ** 2, 0);
}

/** llama.cpp's Q4_0: scale = largest value with its sign / −8, as a half */
function plainQ4Error(block: Float32Array): number {
  const largest = block.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a), 0);
  const scale = nearestHalf(largest / -8);
  if (scale === 0) return block.reduce((sum, value) => sum + value * value, 0);
  const decoded = Array.from(block, (value) => Math.min(Math.max(Math.round(value / scale), -8), 7) * scale);
  return squaredError(block, decoded);
}
