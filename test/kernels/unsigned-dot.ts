/** In the place of `src/kernels/relaxed-dot.ts`: what processors compute that take the second operand as unsigned bytes. */
export function dot(a: v128, b: v128, c: v128): v128 {
  const low = v128.dot<i16>(v128.extend_low<i8>(a), v128.extend_low<u8>(b));
  const high = v128.dot<i16>(v128.extend_high<i8>(a), v128.extend_high<u8>(b));
  const even = v128.shuffle<i32>(low, high, 0, 2, 4, 6);
  const odd = v128.shuffle<i32>(low, high, 1, 3, 5, 7);
  return v128.add<i32>(c, v128.add<i32>(even, odd));
}
