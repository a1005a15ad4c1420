import { exponential, largest } from './exponential';
import { Plan } from './plan';
import { normalise } from './quantise';
import { nextTask } from './threads';

/** Rows of a task when heads are normalised and turned. */
const TASK_ROWS: i32 = 4;

/** Less than any score. */
const LOWEST: f32 = -3.0e38;

/**
 * Norm and rotation of queries and keys, in place in `plan.wide`, [rows, (heads + 2 kvHeads) · headDim]. The scale
 * 1 / √headDim is in the weights of the queries' norm. Then the new keys and values are put where attention reads
 * them: keys float32 [kvHeads][capacity / 4][headDim][4 tokens], values [kvHeads][headDim / 8][capacity][8].
 */
export function turnHeads(plan: Plan, phase: i32): void {
  const rows = plan.rows;
  for (let task = nextTask(plan, phase); task * TASK_ROWS < rows; task = nextTask(plan, phase)) {
    const last = min(rows, (task + 1) * TASK_ROWS);
    for (let row = task * TASK_ROWS; row < last; row++) turnRow(plan, row);
  }
}

function turnRow(plan: Plan, row: i32): void {
  const dim = plan.headDim;
  const bytes = (<usize>dim) << 2;
  const slot = load<i32>(plan.slots + ((<usize>row) << 2));
  const region = <usize>plan.newCapacity * bytes;
  let head = plan.wide + <usize>row * <usize>(plan.heads + 2 * plan.kvHeads) * bytes;
  for (let i = 0; i < plan.heads; i++) {
    normalise(head, plan.qNorm, dim, plan.rmsEps, head);
    turn(plan, row, head);
    head += bytes;
  }
  for (let i = 0; i < plan.kvHeads; i++) {
    normalise(head, plan.kNorm, dim, plan.rmsEps, head);
    turn(plan, row, head);
    const panel =
      plan.newKeys + <usize>i * region + <usize>(slot >> 2) * (bytes << 2) + ((<usize>(slot & 3)) << 2);
    for (let d = 0; d < dim; d++) store<f32>(panel + ((<usize>d) << 4), load<f32>(head + ((<usize>d) << 2)));
    head += bytes;
  }
  for (let i = 0; i < plan.kvHeads; i++) {
    const first = plan.newValues + <usize>i * region + ((<usize>slot) << 5);
    for (let d = 0; d < dim; d += 8) {
      const out = first + <usize>(d >> 3) * ((<usize>plan.newCapacity) << 5);
      v128.store(out, v128.load(head + ((<usize>d) << 2)));
      v128.store(out, v128.load(head + ((<usize>d) << 2), 16), 16);
    }
    head += bytes;
  }
}

/** Rotary embedding of one head: its first half with its second. */
function turn(plan: Plan, row: i32, head: usize): void {
  const half = (<usize>plan.headDim) << 1;
  const cos = plan.cos + <usize>row * half;
  const sin = plan.sin + <usize>row * half;
  for (let at: usize = 0; at < half; at += 16) {
    const x = v128.load(head + at);
    const y = v128.load(head + half + at);
    const c = v128.load(cos + at);
    const s = v128.load(sin + at);
    v128.store(head + at, v128.sub<f32>(v128.mul<f32>(x, c), v128.mul<f32>(y, s)));
    v128.store(head + half + at, v128.add<f32>(v128.mul<f32>(y, c), v128.mul<f32>(x, s)));
  }
}

/**
 * softmax(queries · keysᵀ) · values into `plan.context`, [kept, heads · headDim]. A row sees the past, and of the new
 * tokens those of its own document up to itself. A task is a block of up to four rows, for one head of keys.
 * Needs of scratch: 16 bytes for each token seen, rounded up to 8 in the past and in the document each.
 */
export function attend(plan: Plan, phase: i32, thread: i32): void {
  const tasks = plan.blockCount * plan.kvHeads;
  const group = plan.heads / plan.kvHeads;
  for (let task = nextTask(plan, phase); task < tasks; task = nextTask(plan, phase)) {
    const block = task / plan.kvHeads;
    const kvHead = task % plan.kvHeads;
    for (let i = 0; i < group; i++) attendHead(plan, thread, block, kvHead, kvHead * group + i);
  }
}

function attendHead(plan: Plan, thread: i32, index: i32, kvHead: i32, head: i32): void {
  const dim = plan.headDim;
  const bytes = (<usize>dim) << 2;
  const block = plan.blocks + ((<usize>index) << 4);
  const row = load<i32>(block);
  const count = load<i32>(block, 4);
  const ownSlot = load<i32>(block, 8);
  const firstSlot = load<i32>(block, 12);
  const seen = ownSlot - firstSlot + count;
  const past = (plan.pastLength + 7) & ~7;
  const width = past + ((seen + 7) & ~7);
  const scores = plan.scratch + <usize>thread * plan.scratchBytes;

  const rowBytes = <usize>(plan.heads + 2 * plan.kvHeads) * bytes;
  const q0 = plan.wide + <usize>row * rowBytes + <usize>head * bytes;
  // Rows that a short block lacks are the first one again, and thrown away.
  const q1 = count > 1 ? q0 + rowBytes : q0;
  const q2 = count > 2 ? q0 + 2 * rowBytes : q0;
  const q3 = count > 3 ? q0 + 3 * rowBytes : q0;
  const pastHead = <usize>kvHead * <usize>plan.pastCapacity * bytes;
  const newHead = <usize>kvHead * <usize>plan.newCapacity * bytes;
  for (let t = 0; t < past; t += 8) {
    score(
      q0,
      q1,
      q2,
      q3,
      plan.pastKeys + pastHead + <usize>t * bytes,
      dim,
      scores + ((<usize>t) << 2),
      width,
    );
  }
  for (let t = 0; t < width - past; t += 8) {
    const panel = plan.newKeys + newHead + <usize>(firstSlot + t) * bytes;
    score(q0, q1, q2, q3, panel, dim, scores + ((<usize>(past + t)) << 2), width);
  }

  for (let i = 0; i < count; i++) {
    softmax(plan, scores + ((<usize>(i * width)) << 2), past, width, ownSlot - firstSlot + 1 + i);
  }
  const inverses = v128.div<f32>(f32x4.splat(1), totals(plan, scores, past, width, seen));

  const contextBytes = <usize>plan.heads * bytes;
  const out = plan.context + <usize>keptRow(plan, row) * contextBytes + <usize>head * bytes;
  for (let d = 0; d < dim; d += 8) {
    const part = <usize>(d >> 3);
    const pastValues = plan.pastValues + pastHead + part * ((<usize>plan.pastCapacity) << 5);
    const newValues = plan.newValues + newHead + (part * <usize>plan.newCapacity + firstSlot) * 32;
    mix(
      plan,
      scores,
      past,
      width,
      seen,
      pastValues,
      newValues,
      inverses,
      out + ((<usize>d) << 2),
      contextBytes,
      count,
    );
  }
}

/** Where a row's context goes: with rows kept alone, their blocks have one row each. */
function keptRow(plan: Plan, row: i32): i32 {
  if (plan.keptRows === 0) return row;
  let kept = 0;
  while (load<i32>(plan.keptRows + ((<usize>kept) << 2)) !== row) kept++;
  return kept;
}

/** Scores of four queries against eight keys, two panels of four, to `out`, [4][width]. */
function score(
  q0: usize,
  q1: usize,
  q2: usize,
  q3: usize,
  panel: usize,
  dim: i32,
  out: usize,
  width: i32,
): void {
  let c00 = f32x4.splat(0);
  let c01 = c00;
  let c10 = c00;
  let c11 = c00;
  let c20 = c00;
  let c21 = c00;
  let c30 = c00;
  let c31 = c00;
  const second = (<usize>dim) << 4;
  const end = panel + second;
  while (panel < end) {
    const k0 = v128.load(panel);
    const k1 = v128.load(panel + second);
    let x = v128.load32_splat(q0);
    c00 = v128.add<f32>(c00, v128.mul<f32>(x, k0));
    c01 = v128.add<f32>(c01, v128.mul<f32>(x, k1));
    x = v128.load32_splat(q1);
    c10 = v128.add<f32>(c10, v128.mul<f32>(x, k0));
    c11 = v128.add<f32>(c11, v128.mul<f32>(x, k1));
    x = v128.load32_splat(q2);
    c20 = v128.add<f32>(c20, v128.mul<f32>(x, k0));
    c21 = v128.add<f32>(c21, v128.mul<f32>(x, k1));
    x = v128.load32_splat(q3);
    c30 = v128.add<f32>(c30, v128.mul<f32>(x, k0));
    c31 = v128.add<f32>(c31, v128.mul<f32>(x, k1));
    q0 += 4;
    q1 += 4;
    q2 += 4;
    q3 += 4;
    panel += 16;
  }
  const stride = (<usize>width) << 2;
  v128.store(out, c00);
  v128.store(out, c01, 16);
  v128.store(out + stride, c10);
  v128.store(out + stride, c11, 16);
  v128.store(out + 2 * stride, c20);
  v128.store(out + 2 * stride, c21, 16);
  v128.store(out + 3 * stride, c30);
  v128.store(out + 3 * stride, c31, 16);
}

/** Scores → exp(score − largest), 0 for what the row does not see. */
function softmax(plan: Plan, scores: usize, past: i32, width: i32, seen: i32): void {
  hide(scores, plan.pastLength, past, LOWEST);
  hide(scores, past + seen, width, LOWEST);
  const end = scores + ((<usize>width) << 2);
  let extent = f32x4.splat(LOWEST);
  for (let p = scores; p < end; p += 16) extent = v128.max<f32>(extent, v128.load(p));
  const top = f32x4.splat(largest(extent));
  for (let p = scores; p < end; p += 16) v128.store(p, exponential(v128.sub<f32>(v128.load(p), top)));
  hide(scores, plan.pastLength, past, 0);
  hide(scores, past + seen, width, 0);
}

/**
 * The sums of four rows of weights, token after token: in this order they do not depend on where the past ends, so
 * that a score is the same to the last bit however the tokens were split.
 */
function totals(plan: Plan, weights: usize, past: i32, width: i32, seen: i32): v128 {
  const stride = (<usize>width) << 2;
  let total = f32x4.splat(0);
  for (let t = 0; t < past + seen; t++) {
    if (t === plan.pastLength) t = past;
    const at = weights + ((<usize>t) << 2);
    let column = v128.load32_zero(at);
    column = v128.load_lane<f32>(at + stride, column, 1);
    column = v128.load_lane<f32>(at + 2 * stride, column, 2);
    total = v128.add<f32>(total, v128.load_lane<f32>(at + 3 * stride, column, 3));
  }
  return total;
}

function hide(scores: usize, from: i32, to: i32, value: f32): void {
  for (let t = from; t < to; t++) store<f32>(scores + ((<usize>t) << 2), value);
}

/** Eight columns of the context of four rows: weights, [4][width], times values, [tokens][8]. */
function mix(
  plan: Plan,
  weights: usize,
  past: i32,
  width: i32,
  seen: i32,
  pastValues: usize,
  newValues: usize,
  inverses: v128,
  out: usize,
  outStride: usize,
  count: i32,
): void {
  let c00 = f32x4.splat(0);
  let c01 = c00;
  let c10 = c00;
  let c11 = c00;
  let c20 = c00;
  let c21 = c00;
  let c30 = c00;
  let c31 = c00;
  const stride = (<usize>width) << 2;
  let values = pastValues;
  let w0 = weights;
  let end = weights + ((<usize>plan.pastLength) << 2);
  for (let part = 0; part < 2; part++) {
    let w1 = w0 + stride;
    let w2 = w1 + stride;
    let w3 = w2 + stride;
    while (w0 < end) {
      const v0 = v128.load(values);
      const v1 = v128.load(values, 16);
      let x = v128.load32_splat(w0);
      c00 = v128.add<f32>(c00, v128.mul<f32>(x, v0));
      c01 = v128.add<f32>(c01, v128.mul<f32>(x, v1));
      x = v128.load32_splat(w1);
      c10 = v128.add<f32>(c10, v128.mul<f32>(x, v0));
      c11 = v128.add<f32>(c11, v128.mul<f32>(x, v1));
      x = v128.load32_splat(w2);
      c20 = v128.add<f32>(c20, v128.mul<f32>(x, v0));
      c21 = v128.add<f32>(c21, v128.mul<f32>(x, v1));
      x = v128.load32_splat(w3);
      c30 = v128.add<f32>(c30, v128.mul<f32>(x, v0));
      c31 = v128.add<f32>(c31, v128.mul<f32>(x, v1));
      w0 += 4;
      w1 += 4;
      w2 += 4;
      w3 += 4;
      values += 32;
    }
    values = newValues;
    w0 = weights + ((<usize>past) << 2);
    end = w0 + ((<usize>seen) << 2);
  }
  put(out, c00, c01, f32x4.splat(f32x4.extract_lane(inverses, 0)));
  if (count > 1) put(out + outStride, c10, c11, f32x4.splat(f32x4.extract_lane(inverses, 1)));
  if (count > 2) put(out + 2 * outStride, c20, c21, f32x4.splat(f32x4.extract_lane(inverses, 2)));
  if (count > 3) put(out + 3 * outStride, c30, c31, f32x4.splat(f32x4.extract_lane(inverses, 3)));
}

function put(out: usize, low: v128, high: v128, inverse: v128): void {
  v128.store(out, v128.mul<f32>(low, inverse));
  v128.store(out, v128.mul<f32>(high, inverse), 16);
}
