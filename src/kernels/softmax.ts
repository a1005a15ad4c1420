import { exponential, nearestIntegers } from './exponential';

/** Less than any score. */
const LOWEST: f32 = -3.0e38;

/** What the weights of a row add up to: times the largest code of a value, 8191, it is an int32, also of 40,960 rounded ones. */
const WEIGHTS: f32 = 2.4e5;
const LARGEST: f32 = 32767;

/**
 * Scores of four rows, float32 [tokens][4 rows] → weights, int16 [tokens / 2][4 rows][2], in their place: exp(score − largest),
 * 0 for what a row does not see, times the scale of the token's value, by as large a factor as the sum of products can
 * bear. `past` tokens, made even by one of weight 0, are followed by `own`, of which row i of `count` does not see the last
 * count − 1 − i. Returns for each row what its sum of weights times codes is to be multiplied by.
 */
export function softmax(
  scores: usize,
  past: i32,
  own: i32,
  count: i32,
  pastValues: usize,
  ownValues: usize,
  valueBytes: usize,
): v128 {
  const pastEnd = scores + ((<usize>past) << 4);
  const start = scores + ((<usize>((past + 1) & ~1)) << 4);
  const end = start + ((<usize>own) << 4);
  const block = end - ((<usize>count) << 4);

  // In this order of operands a NaN stays one.
  let top = v128.load(block);
  for (let p = scores; p < pastEnd; p += 16) top = v128.pmax<f32>(top, v128.load(p));
  for (let p = start; p < block; p += 16) top = v128.pmax<f32>(top, v128.load(p));
  for (let p = block + 16; p < end; p += 16) {
    const score = v128.bitselect(v128.load(p), f32x4.splat(LOWEST), seeing(p - block));
    top = v128.pmax<f32>(top, score);
  }

  let total = f32x4.splat(0);
  let sum = total;
  let most = total;
  let p = scores;
  let stop = pastEnd;
  let scale = pastValues + valueBytes - 4;
  for (let part = 0; part < 2; part++) {
    for (; p < stop; p += 16) {
      let share = exponential(v128.sub<f32>(v128.load(p), top));
      let weight = v128.mul<f32>(share, v128.load32_splat(scale));
      if (p > block) {
        share = v128.and(share, seeing(p - block));
        weight = v128.and(weight, seeing(p - block));
      }
      v128.store(p, weight);
      total = v128.add<f32>(total, share);
      sum = v128.add<f32>(sum, weight);
      most = v128.pmax<f32>(most, weight);
      scale += valueBytes;
    }
    p = start;
    stop = end;
    scale = ownValues + valueBytes - 4;
  }
  if (pastEnd < start) v128.store(pastEnd, f32x4.splat(0));
  if (own & 1) v128.store(end, f32x4.splat(0));

  const factor = v128.pmin<f32>(
    v128.div<f32>(f32x4.splat(WEIGHTS), sum),
    v128.div<f32>(f32x4.splat(LARGEST), most),
  );
  let out = scores;
  for (let p = scores; p < end; p += 32) {
    const even = nearestIntegers(v128.mul<f32>(v128.load(p), factor));
    const odd = nearestIntegers(v128.mul<f32>(v128.load(p, 16), factor));
    v128.store(out, v128.or(even, v128.shl<i32>(odd, 16)));
    out += 16;
  }
  return v128.div<f32>(f32x4.splat(1), v128.mul<f32>(total, factor));
}

/** Which rows see a token so many bytes after that of the first row. */
function seeing(distance: usize): v128 {
  return v128.ge<i32>(i32x4(0, 1, 2, 3), i32x4.splat(<i32>(distance >> 4)));
}
