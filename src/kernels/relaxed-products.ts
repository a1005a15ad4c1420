import { dot } from './relaxed-dot';

/**
 * Products of int8 by the four-byte dot product of relaxed SIMD, in the place of `products.ts`. The standard leaves
 * open what becomes of a second operand beyond 7 bits; processors with an instruction for it (x86 with AVX-VNNI, ARM)
 * compute it exactly, as unsigned or as signed bytes. The sums are those of `products.ts` to the last bit. On others
 * (`productKind` 0) the sums in between saturate at 16 bits: they are of no use here, and no faster either.
 */
const NONE: i32 = 0;
const UNSIGNED: i32 = 2;
const SIGNED: i32 = 3;

/** Bytes of a quantised activation, as a shift. */
export const ACTIVATION_SHIFT: i32 = 0;

export const PANEL_SCRATCH: i32 = 0;

const kind = probe();

/** What kind of products this processor computes; 0 is of no use. */
export function productKind(): i32 {
  return kind;
}

function probe(): i32 {
  const extremes = i8x16(127, 127, 127, 127, -127, -127, -127, -127, 127, -127, 127, -127, 1, 2, 3, 4);
  const zero = i32x4.splat(0);
  const high = dot(extremes, i8x16.splat(-1), zero);
  const low = dot(extremes, i8x16.splat(-128), zero);
  if (same(high, 4 * 127 * 255, 10 * 255) && same(low, 4 * 127 * 128, 10 * 128)) return UNSIGNED;
  if (same(high, -4 * 127, -10) && same(low, -4 * 127 * 128, -10 * 128)) return SIGNED;
  return NONE;
}

function same(sums: v128, extreme: i32, small: i32): bool {
  return !v128.any_true(v128.ne<i32>(sums, i32x4(extreme, -extreme, 0, small)));
}

/** Eight quantised values, int32, as activations: signed bytes, or unsigned ones around 128. */
export function storeActivations(low: v128, high: v128, out: usize): void {
  const words = v128.narrow<i32>(low, high);
  const bytes = v128.narrow<i16>(words, words);
  const stored = kind === UNSIGNED ? v128.xor(bytes, i8x16.splat(-128)) : bytes;
  v128.store64_lane(out, stored, 0);
}

/**
 * sums, int32 [rows][8], of activations [rows][k] times two panels of four outputs, int8 [2][k / 4][4][4]. Rows past
 * the last up to a multiple of 6 are read, and written to `sums`.
 */
export function multiply(a: usize, rows: i32, k: i32, panels: usize, _scratch: usize, sums: usize): void {
  const second = panels + <usize>k * 4;
  // Unsigned activations are 128 too large: so many times the sum of a column is taken off beforehand.
  const offset = i32x4.splat(kind === UNSIGNED ? -128 : 0);
  const first0 = v128.mul<i32>(columnSums(panels, k), offset);
  const first1 = v128.mul<i32>(columnSums(second, k), offset);
  for (let row = 0; row < rows; row += 6) {
    tile(a + <usize>row * k, k, panels, second, first0, first1, sums + ((<usize>row) << 5));
  }
}

function columnSums(panel: usize, k: i32): v128 {
  const ones = i8x16.splat(1);
  let total = i32x4.splat(0);
  const end = panel + <usize>k * 4;
  for (; panel < end; panel += 16) total = dot(v128.load(panel), ones, total);
  return total;
}

/** Six rows times eight outputs: as many sums as there are registers for. */
function tile(a: usize, k: i32, b: usize, second: usize, first0: v128, first1: v128, out: usize): void {
  let a0 = a;
  let a1 = a0 + k;
  let a2 = a1 + k;
  let a3 = a2 + k;
  let a4 = a3 + k;
  let a5 = a4 + k;
  let c00 = first0;
  let c01 = first1;
  let c10 = first0;
  let c11 = first1;
  let c20 = first0;
  let c21 = first1;
  let c30 = first0;
  let c31 = first1;
  let c40 = first0;
  let c41 = first1;
  let c50 = first0;
  let c51 = first1;
  const end = a1;
  while (a0 < end) {
    const b0 = v128.load(b);
    const b1 = v128.load(second);
    let x = v128.load32_splat(a0);
    c00 = dot(b0, x, c00);
    c01 = dot(b1, x, c01);
    x = v128.load32_splat(a1);
    c10 = dot(b0, x, c10);
    c11 = dot(b1, x, c11);
    x = v128.load32_splat(a2);
    c20 = dot(b0, x, c20);
    c21 = dot(b1, x, c21);
    x = v128.load32_splat(a3);
    c30 = dot(b0, x, c30);
    c31 = dot(b1, x, c31);
    x = v128.load32_splat(a4);
    c40 = dot(b0, x, c40);
    c41 = dot(b1, x, c41);
    x = v128.load32_splat(a5);
    c50 = dot(b0, x, c50);
    c51 = dot(b1, x, c51);
    a0 += 4;
    a1 += 4;
    a2 += 4;
    a3 += 4;
    a4 += 4;
    a5 += 4;
    b += 16;
    second += 16;
  }
  v128.store(out, c00);
  v128.store(out, c01, 16);
  v128.store(out, c10, 32);
  v128.store(out, c11, 48);
  v128.store(out, c20, 64);
  v128.store(out, c21, 80);
  v128.store(out, c30, 96);
  v128.store(out, c31, 112);
  v128.store(out, c40, 128);
  v128.store(out, c41, 144);
  v128.store(out, c50, 160);
  v128.store(out, c51, 176);
}
