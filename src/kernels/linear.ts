import { exponential } from './exponential';
import { Plan } from './plan';
import { nextTask } from './threads';

/** What becomes of a product: stored, added to what is there, or as gate and up by turns, silu(gate) · up. */
export const STORE: i32 = 0;
export const ADD: i32 = 1;
export const SILU: i32 = 2;

/** Panels of a task: small enough to spread evenly, large enough not to be counted for ever. An even number. */
const TASK_PANELS: i32 = 8;

/** Values of K that are multiplied in one go, so that a widened panel stays in the first-level cache. */
const K_BLOCK: i32 = 1024;

/** Rows of a task, so that they stay in the second-level cache while its panels pass. */
const ROW_BLOCK: i32 = 128;

/** Bytes of scratch that a thread needs. */
export const LINEAR_SCRATCH: i32 = K_BLOCK * 8 + ROW_BLOCK * 32;

/** out = rows · matrixᵀ, where rows are the first `rows` of `plan.quantised`, [rows, k], and the matrix has n outputs. */
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
  const panel = plan.scratch + <usize>thread * plan.scratchBytes;
  const sums = panel + K_BLOCK * 8;
  const gate = sums + ROW_BLOCK * 16;
  const panels = n / 4;
  const blocks = (rows + ROW_BLOCK - 1) / ROW_BLOCK;
  const tasks = ((panels + TASK_PANELS - 1) / TASK_PANELS) * blocks;
  const stride = (<usize>(effect === SILU ? n / 2 : n)) << 2;
  for (let task = nextTask(plan, phase); task < tasks; task = nextTask(plan, phase)) {
    const first = (task % blocks) * ROW_BLOCK;
    const count = min(ROW_BLOCK, rows - first);
    const a = plan.quantised + ((<usize>(first * k)) << 1);
    const rowScales = plan.rowScales + ((<usize>first) << 2);
    const start = (task / blocks) * TASK_PANELS;
    const target = out + <usize>first * stride;
    for (let index = start; index < min(panels, start + TASK_PANELS); index++) {
      multiply(a, count, k, matrix + <usize>(index * k) * 4, panel, sums);
      const columnScales = v128.load(scales + ((<usize>index) << 4));
      const column = target + ((<usize>index) << 4);
      if (effect === STORE) store(sums, rowScales, count, columnScales, column, stride);
      else if (effect === ADD) add(sums, rowScales, count, columnScales, column, stride);
      else if (index & 1)
        silu(sums, rowScales, count, columnScales, target + ((<usize>(index >> 1)) << 4), stride, gate);
      else store(sums, rowScales, count, columnScales, gate, 16);
    }
  }
}

/** sums, int32 [rows][4] = rows of int16 [rows][k] times one panel. Rows past the last up to a multiple of 4 are read. */
function multiply(a: usize, rows: i32, k: i32, panel: usize, widened: usize, sums: usize): void {
  const stride = (<usize>k) << 1;
  for (let start = 0; start < k; start += K_BLOCK) {
    const length = min(K_BLOCK, k - start);
    widen(panel + <usize>start * 4, length, widened);
    for (let row = 0; row < rows; row += 4) {
      tile(
        a + <usize>row * stride + ((<usize>start) << 1),
        stride,
        widened,
        length,
        sums + ((<usize>row) << 4),
        start > 0,
      );
    }
  }
}

/** int8 [k / 4][4][4] → int16 */
function widen(panel: usize, k: i32, out: usize): void {
  const end = panel + <usize>k * 4;
  for (; panel < end; panel += 16) {
    const values = v128.load(panel);
    v128.store(out, v128.extend_low<i8>(values));
    v128.store(out, v128.extend_high<i8>(values), 16);
    out += 32;
  }
}

/** Four rows times four columns. A lane of an accumulator holds two of the four values of k that lie together. */
function tile(a: usize, stride: usize, b: usize, k: i32, out: usize, more: bool): void {
  let a0 = a;
  let a1 = a + stride;
  let a2 = a1 + stride;
  let a3 = a2 + stride;
  let c00 = i32x4.splat(0);
  let c01 = c00;
  let c10 = c00;
  let c11 = c00;
  let c20 = c00;
  let c21 = c00;
  let c30 = c00;
  let c31 = c00;
  const end = b + <usize>k * 8;
  while (b < end) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let x = v128.load64_splat(a0);
    c00 = v128.add<i32>(c00, v128.dot<i16>(x, b0));
    c01 = v128.add<i32>(c01, v128.dot<i16>(x, b1));
    x = v128.load64_splat(a1);
    c10 = v128.add<i32>(c10, v128.dot<i16>(x, b0));
    c11 = v128.add<i32>(c11, v128.dot<i16>(x, b1));
    x = v128.load64_splat(a2);
    c20 = v128.add<i32>(c20, v128.dot<i16>(x, b0));
    c21 = v128.add<i32>(c21, v128.dot<i16>(x, b1));
    x = v128.load64_splat(a3);
    c30 = v128.add<i32>(c30, v128.dot<i16>(x, b0));
    c31 = v128.add<i32>(c31, v128.dot<i16>(x, b1));
    a0 += 8;
    a1 += 8;
    a2 += 8;
    a3 += 8;
    b += 32;
  }
  put(out, c00, c01, more);
  put(out + 16, c10, c11, more);
  put(out + 32, c20, c21, more);
  put(out + 48, c30, c31, more);
}

function put(out: usize, low: v128, high: v128, more: bool): void {
  const even = v128.shuffle<i32>(low, high, 0, 2, 4, 6);
  const odd = v128.shuffle<i32>(low, high, 1, 3, 5, 7);
  const sums = v128.add<i32>(even, odd);
  v128.store(out, more ? v128.add<i32>(v128.load(out), sums) : sums);
}

function scaled(sums: usize, rowScales: usize, row: i32, columnScales: v128): v128 {
  const values = v128.convert<i32>(v128.load(sums + ((<usize>row) << 4)));
  const rowScale = v128.load32_splat(rowScales + ((<usize>row) << 2));
  return v128.mul<f32>(v128.mul<f32>(values, rowScale), columnScales);
}

function store(
  sums: usize,
  rowScales: usize,
  rows: i32,
  columnScales: v128,
  out: usize,
  stride: usize,
): void {
  for (let row = 0; row < rows; row++) {
    v128.store(out, scaled(sums, rowScales, row, columnScales));
    out += stride;
  }
}

function add(sums: usize, rowScales: usize, rows: i32, columnScales: v128, out: usize, stride: usize): void {
  for (let row = 0; row < rows; row++) {
    v128.store(out, v128.add<f32>(v128.load(out), scaled(sums, rowScales, row, columnScales)));
    out += stride;
  }
}

function silu(
  sums: usize,
  rowScales: usize,
  rows: i32,
  columnScales: v128,
  out: usize,
  stride: usize,
  gate: usize,
): void {
  const one = f32x4.splat(1);
  for (let row = 0; row < rows; row++) {
    const g = v128.load(gate + ((<usize>row) << 4));
    const sigmoid = v128.div<f32>(one, v128.add<f32>(one, exponential(v128.neg<f32>(g))));
    v128.store(out, v128.mul<f32>(v128.mul<f32>(g, sigmoid), scaled(sums, rowScales, row, columnScales)));
    out += stride;
  }
}
