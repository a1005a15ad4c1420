/** Each int32 of `c` plus the products of the four bytes beside it: `a` signed, `b` as the processor has it. */
export function dot(a: v128, b: v128, c: v128): v128 {
  return i32x4.relaxed_dot_i8x16_i7x16_add_s(a, b, c);
}
