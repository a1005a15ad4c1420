import type { ModelShape } from '../weights/manifest.ts';

/** Rotates each head of [tokens, heads · headDim] by its token's position: value i with value i + headDim / 2. */
export function rotate(
  x: Float32Array,
  heads: number,
  shape: ModelShape,
  lengths: readonly number[],
): Float32Array {
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
