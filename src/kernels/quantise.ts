import { largest, sum } from './exponential';
import { ACTIVATION_SHIFT, storeActivations } from './products';

const INVERSE_127: f32 = 1.0 / 127.0;
/** Keeps a row of zeros from dividing by zero. */
const TINY: f32 = 1e-12;

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
  const end = x + ((<usize>n) << 2);
  let extent = f32x4.splat(0);
  for (let p = x; p < end; p += 16) extent = v128.max<f32>(extent, v128.abs<f32>(v128.load(p)));
  const scale = max<f32>(largest(extent) * INVERSE_127, TINY);
  const divisor = f32x4.splat(scale);
  for (let p = x; p < end; p += 32) {
    const low = v128.trunc_sat<i32>(v128.nearest<f32>(v128.div<f32>(v128.load(p), divisor)));
    const high = v128.trunc_sat<i32>(v128.nearest<f32>(v128.div<f32>(v128.load(p, 16), divisor)));
    storeActivations(low, high, out);
    out += 8 << ACTIVATION_SHIFT;
  }
  return scale;
}
