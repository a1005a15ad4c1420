import { headBytes } from './heads';
import { Plan } from './plan';
import { interleave, panelBytes, score } from './scores';
import { softmax } from './softmax';
import { nextTask } from './threads';

/**
 * softmax(queries · keysᵀ) · values into `plan.context`, [kept, heads · headDim]. A row sees the past, and of the new
 * tokens those of its own document up to itself. A task is a block of up to four rows, for one head of keys.
 * All is in integers but the softmax, so that no sum depends on where the past ends.
 */
export function attend(plan: Plan, phase: i32, thread: i32): void {
  const tasks = plan.blockCount * plan.kvHeads;
  for (let task = nextTask(plan, phase); task < tasks; task = nextTask(plan, phase)) {
    attendBlock(plan, thread, task / plan.kvHeads, task % plan.kvHeads);
  }
}

/**
 * Bytes of scratch that a thread needs where a row sees at most `width` tokens: for each of the heads that share keys its queries,
 * and scores of each token, of one that makes the past even, and of four that are written past the last.
 */
export function attentionScratch(plan: Plan, width: i32): i32 {
  return (plan.heads / plan.kvHeads) * (<i32>panelBytes(plan.headDim) + ((width + 5) << 4));
}

function attendBlock(plan: Plan, thread: i32, index: i32, kvHead: i32): void {
  const dim = plan.headDim;
  const bytes = (<usize>dim) << 2;
  const group = plan.heads / plan.kvHeads;
  const block = plan.blocks + ((<usize>index) << 4);
  const row = load<i32>(block);
  const count = load<i32>(block, 4);
  const firstSlot = load<i32>(block, 12);
  const past = plan.pastLength;
  const own = load<i32>(block, 8) - firstSlot + count;
  // Tokens are weighed by twos: the new ones start at an even place.
  const start = (past + 1) & ~1;

  const codes = headBytes(dim);
  const pastOffset = <usize>(kvHead * plan.pastCapacity) * codes;
  const ownOffset = <usize>(kvHead * plan.newCapacity + firstSlot) * codes;
  const scoreBytes = (<usize>(start + own + 4)) << 4;
  const panels = plan.scratch + <usize>thread * plan.scratchBytes;
  const scores = panels + <usize>group * panelBytes(dim);
  const rowBytes = <usize>(plan.heads + 2 * plan.kvHeads) * bytes;
  const queries = plan.wide + <usize>row * rowBytes + <usize>(kvHead * group) * bytes;
  for (let i = 0; i < group; i++) {
    interleave(queries + <usize>i * bytes, rowBytes, count, dim, panels + <usize>i * panelBytes(dim));
  }
  for (let i = 0; i < group; i += 2) {
    // An odd one out is computed twice.
    const next: usize = i + 1 < group ? 1 : 0;
    const q0 = panels + <usize>i * panelBytes(dim);
    const q1 = q0 + next * panelBytes(dim);
    const out0 = scores + <usize>i * scoreBytes;
    const out1 = out0 + next * scoreBytes;
    score(q0, q1, plan.pastKeys + pastOffset, past, dim, out0, out1);
    const at = (<usize>start) << 4;
    score(q0, q1, plan.newKeys + ownOffset, own, dim, out0 + at, out1 + at);
  }

  const pastValues = plan.pastValues + pastOffset;
  const ownValues = plan.newValues + ownOffset;
  const contextBytes = <usize>plan.heads * bytes;
  const out = plan.context + <usize>keptRow(plan, row) * contextBytes + <usize>(kvHead * group) * bytes;
  for (let i = 0; i < group; i++) {
    const weights = scores + <usize>i * scoreBytes;
    const scales = softmax(weights, past, own, count, pastValues, ownValues, codes);
    for (let d: usize = 0; d < <usize>dim; d += 8) {
      const ends = weights + ((<usize>start) << 3);
      const from = pastValues + (d << 1);
      const fromOwn = ownValues + (d << 1);
      const to = out + <usize>i * bytes + (d << 2);
      mix(weights, ends, from, fromOwn, own, codes, scales, to, contextBytes, count);
    }
  }
}

/** Where a row's context goes: with rows kept alone, their blocks have one row each. */
function keptRow(plan: Plan, row: i32): i32 {
  if (plan.keptRows === 0) return row;
  let kept = 0;
  while (load<i32>(plan.keptRows + ((<usize>kept) << 2)) !== row) kept++;
  return kept;
}

/**
 * Eight columns of the context of four rows: weights, int16 [tokens / 2][4 rows][2], times values. Those of the past end at
 * `pastEnd`, and `own` more follow.
 */
function mix(
  weights: usize,
  pastEnd: usize,
  pastValues: usize,
  ownValues: usize,
  own: i32,
  valueBytes: usize,
  scales: v128,
  out: usize,
  outStride: usize,
  count: i32,
): void {
  let c00 = i32x4.splat(0);
  let c01 = c00;
  let c10 = c00;
  let c11 = c00;
  let c20 = c00;
  let c21 = c00;
  let c30 = c00;
  let c31 = c00;
  let end = pastEnd;
  let even = pastValues;
  for (let part = 0; part < 2; part++) {
    let odd = even + valueBytes;
    while (weights < end) {
      const a = v128.load(even);
      const b = v128.load(odd);
      const low = v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
      const high = v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
      let x = v128.load32_splat(weights);
      c00 = v128.add<i32>(c00, v128.dot<i16>(x, low));
      c01 = v128.add<i32>(c01, v128.dot<i16>(x, high));
      x = v128.load32_splat(weights, 4);
      c10 = v128.add<i32>(c10, v128.dot<i16>(x, low));
      c11 = v128.add<i32>(c11, v128.dot<i16>(x, high));
      x = v128.load32_splat(weights, 8);
      c20 = v128.add<i32>(c20, v128.dot<i16>(x, low));
      c21 = v128.add<i32>(c21, v128.dot<i16>(x, high));
      x = v128.load32_splat(weights, 12);
      c30 = v128.add<i32>(c30, v128.dot<i16>(x, low));
      c31 = v128.add<i32>(c31, v128.dot<i16>(x, high));
      weights += 16;
      even += valueBytes << 1;
      odd += valueBytes << 1;
    }
    even = ownValues;
    end += (<usize>((own + 1) & ~1)) << 3;
  }
  put(out, c00, c01, f32x4.splat(f32x4.extract_lane(scales, 0)));
  if (count > 1) put(out + outStride, c10, c11, f32x4.splat(f32x4.extract_lane(scales, 1)));
  if (count > 2) put(out + 2 * outStride, c20, c21, f32x4.splat(f32x4.extract_lane(scales, 2)));
  if (count > 3) put(out + 3 * outStride, c30, c31, f32x4.splat(f32x4.extract_lane(scales, 3)));
}

function put(out: usize, low: v128, high: v128, scale: v128): void {
  v128.store(out, v128.mul<f32>(v128.convert<i32>(low), scale));
  v128.store(out, v128.mul<f32>(v128.convert<i32>(high), scale), 16);
}
