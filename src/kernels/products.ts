/**
 * Products of int8 as every browser with SIMD computes them: both sides widened to int16, two of them multiplied and
 * added at once. `relaxed-products.ts` takes the place of this file in the build for relaxed SIMD.
 */

/** Bytes of a quantised activation, as a shift. */
export const ACTIVATION_SHIFT: i32 = 1;

/** Values of K that are multiplied in one go, so that a widened panel stays in the first-level cache. */
const K_BLOCK: i32 = 1024;

/** Scratch for a widened panel, in bytes. */
export const PANEL_SCRATCH: i32 = K_BLOCK * 8;

/** What kind of products this processor computes; 0 is of no use. */
export function productKind(): i32 {
  return 1;
}

/** Eight quantised values, int32, as activations. */
export function storeActivations(low: v128, high: v128, out: usize): void {
  v128.store(out, v128.narrow<i32>(low, high));
}

/**
 * sums, int32 [rows][8], of activations [rows][k] times two panels of four outputs, int8 [2][k / 4][4][4]. Rows past
 * the last up to a multiple of 4 are read, and written to `sums`.
 */
export function multiply(a: usize, rows: i32, k: i32, panels: usize, scratch: usize, sums: usize): void {
  const stride = (<usize>k) << 1;
  for (let start = 0; start < k; start += K_BLOCK) {
    const length = min(K_BLOCK, k - start);
    for (let half: usize = 0; half < 2; half++) {
      widen(panels + (half * k + start) * 4, length, scratch);
      const out = sums + (half << 4);
      for (let row = 0; row < rows; row += 4) {
        const at = a + <usize>row * stride + ((<usize>start) << 1);
        tile(at, stride, scratch, length, out + ((<usize>row) << 5), start > 0);
      }
    }
  }
}

/** int8 [k / 4][4][4] → int16 */
function widen(panel: usize, k: i32, out: usize): void {
  const end = panel + <usize>k * 4;
  for (; panel < end; panel += 16) {
    const values = v128.load(panel);
    v128.store(out, v128.extend_low<i8>(values));
    v128.store(out, v128.extend_high<i8>(values), 16);
    out += 32;
  }
}

/** Four rows times four outputs. A lane of an accumulator holds two of the four values of k that lie together. */
function tile(a: usize, stride: usize, b: usize, k: i32, out: usize, more: bool): void {
  let a0 = a;
  let a1 = a + stride;
  let a2 = a1 + stride;
  let a3 = a2 + stride;
  let c00 = i32x4.splat(0);
  let c01 = c00;
  let c10 = c00;
  let c11 = c00;
  let c20 = c00;
  let c21 = c00;
  let c30 = c00;
  let c31 = c00;
  const end = b + <usize>k * 8;
  while (b < end) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let x = v128.load64_splat(a0);
    c00 = v128.add<i32>(c00, v128.dot<i16>(x, b0));
    c01 = v128.add<i32>(c01, v128.dot<i16>(x, b1));
    x = v128.load64_splat(a1);
    c10 = v128.add<i32>(c10, v128.dot<i16>(x, b0));
    c11 = v128.add<i32>(c11, v128.dot<i16>(x, b1));
    x = v128.load64_splat(a2);
    c20 = v128.add<i32>(c20, v128.dot<i16>(x, b0));
    c21 = v128.add<i32>(c21, v128.dot<i16>(x, b1));
    x = v128.load64_splat(a3);
    c30 = v128.add<i32>(c30, v128.dot<i16>(x, b0));
    c31 = v128.add<i32>(c31, v128.dot<i16>(x, b1));
    a0 += 8;
    a1 += 8;
    a2 += 8;
    a3 += 8;
    b += 32;
  }
  put(out, c00, c01, more);
  put(out + 32, c10, c11, more);
  put(out + 64, c20, c21, more);
  put(out + 96, c30, c31, more);
}

function put(out: usize, low: v128, high: v128, more: bool): void {
  const even = v128.shuffle<i32>(low, high, 0, 2, 4, 6);
  const odd = v128.shuffle<i32>(low, high, 1, 3, 5, 7);
  const sums = v128.add<i32>(even, odd);
  v128.store(out, more ? v128.add<i32>(v128.load(out), sums) : sums);
}
