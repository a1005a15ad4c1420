/**
 * The straightforward loop over plain SIMD, for the roofline: int16 activations, int8 weights widened as they are
 * loaded, two products added at once. b is [n / 4][k / 2][4 columns][2]; out is int32 [rows][n]; rows are a multiple
 * of 4, n of 8.
 */
export function product(a: usize, b: usize, _scratch: usize, out: usize, rows: i32, k: i32, n: i32): void {
  for (let column = 0; column < n; column += 8) {
    const panel = b + <usize>column * k;
    for (let row = 0; row < rows; row += 4) {
      tile(a + <usize>row * k * 2, panel, k, out + (<usize>row * n + column) * 4, n);
    }
  }
}

/** Bytes of an activation. */
export function activationBytes(): i32 {
  return 2;
}

/** How many values of k lie together in a panel. */
export function depth(): i32 {
  return 2;
}

function tile(a: usize, panel: usize, k: i32, out: usize, n: i32): void {
  const stride = (<usize>k) << 1;
  let a0 = a;
  let a1 = a0 + stride;
  let a2 = a1 + stride;
  let a3 = a2 + stride;
  let p0 = panel;
  let p1 = panel + <usize>k * 4;
  let c00 = i32x4.splat(0);
  let c01 = c00;
  let c10 = c00;
  let c11 = c00;
  let c20 = c00;
  let c21 = c00;
  let c30 = c00;
  let c31 = c00;
  const end = a1;
  while (a0 < end) {
    const b0 = v128.load_ext<i8>(p0);
    const b1 = v128.load_ext<i8>(p1);
    let x = v128.load32_splat(a0);
    c00 = i32x4.add(c00, i32x4.dot_i16x8_s(x, b0));
    c01 = i32x4.add(c01, i32x4.dot_i16x8_s(x, b1));
    x = v128.load32_splat(a1);
    c10 = i32x4.add(c10, i32x4.dot_i16x8_s(x, b0));
    c11 = i32x4.add(c11, i32x4.dot_i16x8_s(x, b1));
    x = v128.load32_splat(a2);
    c20 = i32x4.add(c20, i32x4.dot_i16x8_s(x, b0));
    c21 = i32x4.add(c21, i32x4.dot_i16x8_s(x, b1));
    x = v128.load32_splat(a3);
    c30 = i32x4.add(c30, i32x4.dot_i16x8_s(x, b0));
    c31 = i32x4.add(c31, i32x4.dot_i16x8_s(x, b1));
    a0 += 4;
    a1 += 4;
    a2 += 4;
    a3 += 4;
    p0 += 8;
    p1 += 8;
  }
  const row = (<usize>n) << 2;
  v128.store(out, c00);
  v128.store(out, c01, 16);
  v128.store(out + row, c10);
  v128.store(out + row, c11, 16);
  v128.store(out + 2 * row, c20);
  v128.store(out + 2 * row, c21, 16);
  v128.store(out + 3 * row, c30);
  v128.store(out + 3 * row, c31, 16);
}
