/**
 * The straightforward loop over relaxed SIMD, for the roofline: int8 weights, and activations of 7 bits (0…127), for
 * which every processor gives the same. b is [n / 4][k / 4][4 columns][4]; out is int32 [rows][n]; rows are a multiple of 4,
 * n of 8.
 */
export function product(a: usize, b: usize, _scratch: usize, out: usize, rows: i32, k: i32, n: i32): void {
  for (let column = 0; column < n; column += 8) {
    const panel = b + <usize>column * k;
    for (let row = 0; row < rows; row += 4) {
      tile(a + <usize>row * k, panel, k, out + (<usize>row * n + column) * 4, n);
    }
  }
}

/** Bytes of an activation. */
export function activationBytes(): i32 {
  return 1;
}

/** How many values of k lie together in a panel. */
export function depth(): i32 {
  return 4;
}

function tile(a: usize, panel: usize, k: i32, out: usize, n: i32): void {
  let a0 = a;
  let a1 = a0 + k;
  let a2 = a1 + k;
  let a3 = a2 + k;
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
    const b0 = v128.load(p0);
    const b1 = v128.load(p1);
    let x = v128.load32_splat(a0);
    c00 = i32x4.relaxed_dot_i8x16_i7x16_add_s(b0, x, c00);
    c01 = i32x4.relaxed_dot_i8x16_i7x16_add_s(b1, x, c01);
    x = v128.load32_splat(a1);
    c10 = i32x4.relaxed_dot_i8x16_i7x16_add_s(b0, x, c10);
    c11 = i32x4.relaxed_dot_i8x16_i7x16_add_s(b1, x, c11);
    x = v128.load32_splat(a2);
    c20 = i32x4.relaxed_dot_i8x16_i7x16_add_s(b0, x, c20);
    c21 = i32x4.relaxed_dot_i8x16_i7x16_add_s(b1, x, c21);
    x = v128.load32_splat(a3);
    c30 = i32x4.relaxed_dot_i8x16_i7x16_add_s(b0, x, c30);
    c31 = i32x4.relaxed_dot_i8x16_i7x16_add_s(b1, x, c31);
    a0 += 4;
    a1 += 4;
    a2 += 4;
    a3 += 4;
    p0 += 16;
    p1 += 16;
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
