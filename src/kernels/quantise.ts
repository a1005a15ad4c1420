import { nearestIntegers, sum } from './exponential';
import { ACTIVATION_SHIFT, storeActivations } from './products';

const INVERSE_127: f32 = 1.0 / 127.0;
/** Keeps a row of zeros from dividing by zero. */
const TINY: f32 = 1e-12;

/** All bits of a float32 but its sign. */
const MAGNITUDE: i32 = 0x7fffffff;

/** out = x · rsqrt(mean x² + eps) · weight, all float32 [n]; `out` may be `x`. */
export function normalise(x: usize, weight: usize, n: i32, eps: f32, out: usize): void {
  const end = x + ((<usize>n) << 2);
  let squares = f32x4.splat(0);
  for (let p = x; p < end; p += 16) {
    const v = v128.load(p);
    squares = v128.add<f32>(squares, v128.mul<f32>(v, v));
  }
  const inverse = f32x4.splat(1.0 / sqrt<f32>(sum(squares) / <f32>n + eps));
  for (let p = x; p < end; p += 16) {
    v128.store(out, v128.mul<f32>(v128.mul<f32>(v128.load(p), inverse), v128.load(weight)));
    out += 16;
    weight += 16;
  }
}

/**
 * float32 [n] → activations in −127…127; returns the scale, value ≈ activation · scale. One scale per row, so that a
 * token's numbers do not depend on its neighbours in the run.
 */
export function quantise(x: usize, n: i32, out: usize): f32 {
  const scale = max<f32>(extent(x, n) * INVERSE_127, TINY);
  const divisor = f32x4.splat(scale);
  for (const end = x + ((<usize>n) << 2); x < end; x += 32) {
    const low = nearestIntegers(v128.div<f32>(v128.load(x), divisor));
    const high = nearestIntegers(v128.div<f32>(v128.load(x, 16), divisor));
    storeActivations(low, high, out);
    out += 8 << ACTIVATION_SHIFT;
  }
  return scale;
}

/**
 * float32 [n] → codes, int16 [n] in −most…most, with their float32 scale after them; `out` may be `x`. Most is at most
 * 32767.
 */
export function encode(x: usize, n: i32, most: f32, out: usize): void {
  const scale = max<f32>(extent(x, n) / most, TINY);
  const inverse = f32x4.splat(1.0 / scale);
  for (const end = x + ((<usize>n) << 2); x < end; x += 32) {
    const low = nearestIntegers(v128.mul<f32>(v128.load(x), inverse));
    const high = nearestIntegers(v128.mul<f32>(v128.load(x, 16), inverse));
    v128.store(out, v128.narrow<i32>(low, high));
    out += 16;
  }
  store<f32>(out, scale);
}

/**
 * The largest magnitude of float32 [n]. Without their signs their bits are in the order of the values and NaN is above all, so a
 * NaN is in the scale and hence in all that comes of it.
 */
function extent(x: usize, n: i32): f32 {
  const magnitude = i32x4.splat(MAGNITUDE);
  let even = i32x4.splat(0);
  let odd = even;
  for (const end = x + ((<usize>n) << 2); x < end; x += 32) {
    even = v128.max<i32>(even, v128.and(v128.load(x), magnitude));
    odd = v128.max<i32>(odd, v128.and(v128.load(x, 16), magnitude));
  }
  const four = v128.max<i32>(even, odd);
  const two = v128.max<i32>(four, v128.shuffle<i32>(four, four, 2, 3, 0, 1));
  return reinterpret<f32>(max<i32>(i32x4.extract_lane(two, 0), i32x4.extract_lane(two, 1)));
}
