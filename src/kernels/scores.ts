import { headBytes } from './heads';

/** Rows of queries that are scored together. */
const ROWS: i32 = 4;

/** Bytes of one head of four rows of queries, int16 [headDim / 2][4 rows][2] and their float32 scales [4]. */
export function panelBytes(dim: i32): usize {
  return headBytes(dim) * ROWS;
}

/** A panel of `count` rows of codes. The rows that a short block lacks are the first one again, and thrown away. */
export function interleave(codes: usize, rowBytes: usize, count: i32, dim: i32, panel: usize): void {
  const end = headBytes(dim);
  for (let i = 0; i < ROWS; i++) {
    const row = i < count ? codes + <usize>i * rowBytes : codes;
    const out = panel + ((<usize>i) << 2);
    for (let at: usize = 0; at < end; at += 4) store<i32>(out + at * ROWS, load<i32>(row + at));
  }
}

/**
 * Scores of two panels of queries against `count` keys, float32 [count][4 rows] each. Keys past the last up to a multiple
 * of 4 are read, and written to.
 */
export function score(
  q0: usize,
  q1: usize,
  keys: usize,
  count: i32,
  dim: i32,
  out0: usize,
  out1: usize,
): void {
  for (let i = 0; i < count; i += 4) {
    tile(q0, q1, keys, dim, out0, out1);
    keys += headBytes(dim) << 2;
    out0 += 64;
    out1 += 64;
  }
}

/** Four keys. */
function tile(q0: usize, q1: usize, key: usize, dim: i32, out0: usize, out1: usize): void {
  let k0 = key;
  let k1 = k0 + headBytes(dim);
  let k2 = k1 + headBytes(dim);
  let k3 = k2 + headBytes(dim);
  let c00 = i32x4.splat(0);
  let c01 = c00;
  let c02 = c00;
  let c03 = c00;
  let c10 = c00;
  let c11 = c00;
  let c12 = c00;
  let c13 = c00;
  const end = k0 + ((<usize>dim) << 1);
  while (k0 < end) {
    const a = v128.load(q0);
    const b = v128.load(q1);
    let x = v128.load32_splat(k0);
    c00 = v128.add<i32>(c00, v128.dot<i16>(a, x));
    c10 = v128.add<i32>(c10, v128.dot<i16>(b, x));
    x = v128.load32_splat(k1);
    c01 = v128.add<i32>(c01, v128.dot<i16>(a, x));
    c11 = v128.add<i32>(c11, v128.dot<i16>(b, x));
    x = v128.load32_splat(k2);
    c02 = v128.add<i32>(c02, v128.dot<i16>(a, x));
    c12 = v128.add<i32>(c12, v128.dot<i16>(b, x));
    x = v128.load32_splat(k3);
    c03 = v128.add<i32>(c03, v128.dot<i16>(a, x));
    c13 = v128.add<i32>(c13, v128.dot<i16>(b, x));
    q0 += 16;
    q1 += 16;
    k0 += 4;
    k1 += 4;
    k2 += 4;
    k3 += 4;
  }
  // After their codes all have their scales.
  put(out0, c00, c01, c02, c03, v128.load(q0), k0, k1, k2, k3);
  put(out1, c10, c11, c12, c13, v128.load(q1), k0, k1, k2, k3);
}

function put(
  out: usize,
  c0: v128,
  c1: v128,
  c2: v128,
  c3: v128,
  scales: v128,
  k0: usize,
  k1: usize,
  k2: usize,
  k3: usize,
): void {
  v128.store(out, scaled(c0, scales, k0));
  v128.store(out, scaled(c1, scales, k1), 16);
  v128.store(out, scaled(c2, scales, k2), 32);
  v128.store(out, scaled(c3, scales, k3), 48);
}

function scaled(sums: v128, scales: v128, scale: usize): v128 {
  return v128.mul<f32>(v128.mul<f32>(v128.convert<i32>(sums), scales), v128.load32_splat(scale));
}
