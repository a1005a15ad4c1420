// biome-ignore lint/suspicious/noApproximativeNumericConstant: AssemblyScript's Math is float64.
const LOG2_E: f32 = 1.442695;
/** ln 2 in two parts, the first with few bits, so that x − n · ln 2 keeps its precision. */
const LN2_HIGH: f32 = 0.693359375;
const LN2_LOW: f32 = -2.1219444e-4;

/** 1.5 · 2^23: a float32 below 2^22 that it is added to is rounded, and holds the integer in its low bits. */
const ROUNDING: f32 = 12582912.0;

/** The nearest int32 of four float32 below 2^22. Far fewer instructions than to round and to convert with saturation. */
export function nearestIntegers(x: v128): v128 {
  return v128.sub<i32>(v128.add<f32>(x, f32x4.splat(ROUNDING)), f32x4.splat(ROUNDING));
}

/**
 * exp of four float32, to about 1e-7 of the value: Cephes' expf (S. Moshier), a polynomial on [−ln 2 / 2, ln 2 / 2]
 * times a power of two, which is added to the exponent's bits. What is below −87 gives 1e-38 or less; NaN gives NaN.
 */
export function exponential(x: v128): v128 {
  // `pmin` and `pmax` are one instruction each, where `min` and `max` are many.
  const clamped = v128.pmax<f32>(v128.pmin<f32>(x, f32x4.splat(88.0)), f32x4.splat(-87.0));
  const shifted = v128.add<f32>(v128.mul<f32>(clamped, f32x4.splat(LOG2_E)), f32x4.splat(ROUNDING));
  const n = v128.sub<f32>(shifted, f32x4.splat(ROUNDING));
  const high = v128.sub<f32>(clamped, v128.mul<f32>(n, f32x4.splat(LN2_HIGH)));
  const r = v128.sub<f32>(high, v128.mul<f32>(n, f32x4.splat(LN2_LOW)));
  let p = f32x4.splat(1.98756915e-4);
  p = v128.add<f32>(v128.mul<f32>(p, r), f32x4.splat(1.3981999507e-3));
  p = v128.add<f32>(v128.mul<f32>(p, r), f32x4.splat(8.3334519073e-3));
  p = v128.add<f32>(v128.mul<f32>(p, r), f32x4.splat(4.1665795894e-2));
  p = v128.add<f32>(v128.mul<f32>(p, r), f32x4.splat(1.6666665459e-1));
  p = v128.add<f32>(v128.mul<f32>(p, r), f32x4.splat(5.0000001201e-1));
  p = v128.add<f32>(v128.mul<f32>(v128.mul<f32>(p, r), r), v128.add<f32>(r, f32x4.splat(1.0)));
  return v128.add<i32>(p, v128.shl<i32>(shifted, 23));
}

/** The sum of four float32. */
export function sum(x: v128): f32 {
  const pairs = v128.add<f32>(x, v128.shuffle<i32>(x, x, 2, 3, 0, 1));
  return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1);
}
