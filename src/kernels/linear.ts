import { exponential } from './exponential';
import { Plan } from './plan';
import { ACTIVATION_SHIFT, multiply, PANEL_SCRATCH } from './products';
import { nextTask } from './threads';

/** What becomes of a product: stored, added to what is there, or as gates and ups by turns, silu(gate) · up. */
export const STORE: i32 = 0;
export const ADD: i32 = 1;
export const SILU: i32 = 2;

/** Outputs computed at once, two panels of four; and how many times that a task is: few enough to spread evenly. */
const PAIR: i32 = 8;
const TASK_PAIRS: i32 = 4;

/** Rows of a task, so that they stay in the second-level cache while its panels pass: whole tiles of 4 or of 6 rows. */
export const ROW_BLOCK: i32 = 132;

/** Bytes of scratch that a thread needs. */
export const LINEAR_SCRATCH: i32 = PANEL_SCRATCH + ROW_BLOCK * PAIR * 4;

/** out = rows · matrixᵀ, where rows are the first `rows` of `plan.quantised`, [rows, k]; the matrix has n outputs. */
export function linear(
  plan: Plan,
  phase: i32,
  thread: i32,
  rows: i32,
  k: i32,
  n: i32,
  matrix: usize,
  scales: usize,
  out: usize,
  effect: i32,
): void {
  const scratch = plan.scratch + <usize>thread * plan.scratchBytes;
  const sums = scratch + PANEL_SCRATCH;
  const pairs = n / PAIR;
  const blocks = (rows + ROW_BLOCK - 1) / ROW_BLOCK;
  const tasks = ((pairs + TASK_PAIRS - 1) / TASK_PAIRS) * blocks;
  const stride = (<usize>(effect === SILU ? n / 2 : n)) << 2;
  for (let task = nextTask(plan, phase); task < tasks; task = nextTask(plan, phase)) {
    const first = (task % blocks) * ROW_BLOCK;
    const count = min(ROW_BLOCK, rows - first);
    const a = plan.quantised + ((<usize>(first * k)) << ACTIVATION_SHIFT);
    const rowScales = plan.rowScales + ((<usize>first) << 2);
    const start = (task / blocks) * TASK_PAIRS;
    const target = out + <usize>first * stride;
    for (let pair = start; pair < min(pairs, start + TASK_PAIRS); pair++) {
      multiply(a, count, k, matrix + <usize>(pair * k) * PAIR, scratch, sums);
      const columnScales = scales + ((<usize>pair) << 5);
      if (effect === SILU) silu(sums, rowScales, count, columnScales, target + ((<usize>pair) << 4), stride);
      else
        finish(sums, rowScales, count, columnScales, target + ((<usize>pair) << 5), stride, effect === ADD);
    }
  }
}

function finish(
  sums: usize,
  rowScales: usize,
  rows: i32,
  columnScales: usize,
  out: usize,
  stride: usize,
  add: bool,
): void {
  const scales0 = v128.load(columnScales);
  const scales1 = v128.load(columnScales, 16);
  for (let row = 0; row < rows; row++) {
    const scale = v128.load32_splat(rowScales);
    const low = scaled(v128.load(sums), scale, scales0);
    const high = scaled(v128.load(sums, 16), scale, scales1);
    v128.store(out, add ? v128.add<f32>(v128.load(out), low) : low);
    v128.store(out, add ? v128.add<f32>(v128.load(out, 16), high) : high, 16);
    sums += 32;
    rowScales += 4;
    out += stride;
  }
}

function silu(
  sums: usize,
  rowScales: usize,
  rows: i32,
  columnScales: usize,
  out: usize,
  stride: usize,
): void {
  const scales0 = v128.load(columnScales);
  const scales1 = v128.load(columnScales, 16);
  const one = f32x4.splat(1);
  for (let row = 0; row < rows; row++) {
    const scale = v128.load32_splat(rowScales);
    const gate = scaled(v128.load(sums), scale, scales0);
    const up = scaled(v128.load(sums, 16), scale, scales1);
    const sigmoid = v128.div<f32>(one, v128.add<f32>(one, exponential(v128.neg<f32>(gate))));
    v128.store(out, v128.mul<f32>(v128.mul<f32>(gate, sigmoid), up));
    sums += 32;
    rowScales += 4;
    out += stride;
  }
}

function scaled(sums: v128, rowScale: v128, columnScales: v128): v128 {
  return v128.mul<f32>(v128.mul<f32>(v128.convert<i32>(sums), rowScale), columnScales);
}
