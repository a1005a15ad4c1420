import { Plan } from './plan';
import { encode, normalise } from './quantise';
import { nextTask } from './threads';

/** Rows of a task. */
const TASK_ROWS: i32 = 4;

/** The largest code of a value: see `WEIGHTS` in `softmax.ts`. */
const VALUE_CODES: f32 = 8191;

/** Bytes of the codes of one head: int16 [headDim], then their float32 scale. */
export function headBytes(dim: i32): usize {
  return ((<usize>dim) << 1) + 4;
}

/**
 * Queries, keys and values, [rows, (heads + 2 kvHeads) · headDim] in `plan.wide`, as attention takes them: the first two through
 * their norm and rotation, and all as codes. Queries stay in their place; keys and values go to [kvHeads][capacity] of
 * `headBytes` each. The scale 1 / √headDim is in the weights of the queries' norm.
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
  const most = codesOf(dim);
  let head = plan.wide + <usize>row * <usize>(plan.heads + 2 * plan.kvHeads) * bytes;
  for (let i = 0; i < plan.heads; i++) {
    normalise(head, plan.qNorm, dim, plan.rmsEps, head);
    turn(plan, row, head);
    encode(head, dim, most, head);
    head += bytes;
  }
  const stride = <usize>plan.newCapacity * headBytes(dim);
  const slot = <usize>load<i32>(plan.slots + ((<usize>row) << 2)) * headBytes(dim);
  for (let i = 0; i < plan.kvHeads; i++) {
    normalise(head, plan.kNorm, dim, plan.rmsEps, head);
    turn(plan, row, head);
    encode(head, dim, most, plan.newKeys + <usize>i * stride + slot);
    head += bytes;
  }
  for (let i = 0; i < plan.kvHeads; i++) {
    encode(head, dim, VALUE_CODES, plan.newValues + <usize>i * stride + slot);
    head += bytes;
  }
}

/** The largest code of queries and keys of which `dim` products add up in an int32: 4095 for 128. */
function codesOf(dim: i32): f32 {
  return floor<f32>(<f32>Math.min(32767, Math.sqrt(<f64>i32.MAX_VALUE / <f64>dim)));
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
