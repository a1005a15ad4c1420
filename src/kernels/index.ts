import { attend, attentionScratch } from './attention';
import { sum } from './exponential';
import { turnHeads } from './heads';
import { ADD, LINEAR_SCRATCH, linear, SILU, STORE } from './linear';
import { Plan } from './plan';
import { ACTIVATION_SHIFT } from './products';
import { normalise, quantise } from './quantise';
import { barrier, nextJob, nextTask } from './threads';

export { productKind } from './products';

const TASK_ROWS: i32 = 4;

/** Bytes of scratch that a thread needs where a row sees at most `width` tokens. */
export function scratchBytes(address: usize, width: i32): i32 {
  return max(LINEAR_SCRATCH, attentionScratch(changetype<Plan>(address), width));
}

/** The life of a thread besides the first: one layer after another, for ever. */
export function work(address: usize, thread: i32): void {
  const plan = changetype<Plan>(address);
  let job = 0;
  while (true) {
    job = nextJob(plan, job);
    if (thread < (job & 255)) layer(address, thread);
  }
}

/**
 * One layer of the model over the rows of `plan.stream`, all threads together; every thread calls it. With no rows
 * kept it ends once keys and values are there.
 */
export function layer(address: usize, thread: i32): void {
  const plan = changetype<Plan>(address);
  const hidden = plan.hidden;
  const intermediate = plan.intermediate;
  const queries = plan.heads * plan.headDim;
  const kept = plan.kept;

  quantiseRows(plan, 0, plan.rows, plan.stream, hidden, plan.inputNorm);
  barrier(plan);
  const wide = queries + 2 * plan.kvHeads * plan.headDim;
  linear(plan, 1, thread, plan.rows, hidden, wide, plan.qkv, plan.qkvScales, plan.wide, STORE);
  barrier(plan);
  turnHeads(plan, 2);
  barrier(plan);
  if (kept === 0) return;

  attend(plan, 3, thread);
  if (thread === 0 && plan.keptRows !== 0) gather(plan);
  barrier(plan);
  quantiseRows(plan, 4, kept, plan.context, queries, 0);
  barrier(plan);
  linear(plan, 5, thread, kept, queries, hidden, plan.output, plan.outputScales, plan.stream, ADD);
  barrier(plan);

  quantiseRows(plan, 6, kept, plan.stream, hidden, plan.mlpNorm);
  barrier(plan);
  linear(plan, 7, thread, kept, hidden, 2 * intermediate, plan.gateUp, plan.gateUpScales, plan.product, SILU);
  barrier(plan);
  quantiseRows(plan, 8, kept, plan.product, intermediate, 0);
  barrier(plan);
  linear(plan, 9, thread, kept, intermediate, hidden, plan.down, plan.downScales, plan.stream, ADD);
  barrier(plan);
}

/** Rows to activations with their scales, through a norm where there is one. */
function quantiseRows(plan: Plan, phase: i32, rows: i32, from: usize, n: i32, norm: usize): void {
  for (let task = nextTask(plan, phase); task * TASK_ROWS < rows; task = nextTask(plan, phase)) {
    const last = min(rows, (task + 1) * TASK_ROWS);
    for (let row = task * TASK_ROWS; row < last; row++) {
      let x = from + ((<usize>row * n) << 2);
      if (norm) {
        // The wide buffer is free wherever a norm is due.
        const out = plan.wide + ((<usize>row * n) << 2);
        normalise(x, norm, n, plan.rmsEps, out);
        x = out;
      }
      const scale = quantise(x, n, plan.quantised + ((<usize>row * n) << ACTIVATION_SHIFT));
      store<f32>(plan.rowScales + ((<usize>row) << 2), scale);
    }
  }
}

/** Moves the rows that are kept to the front of the stream. */
function gather(plan: Plan): void {
  const bytes = (<usize>plan.hidden) << 2;
  for (let i = 0; i < plan.kept; i++) {
    const row = load<i32>(plan.keptRows + ((<usize>i) << 2));
    memory.copy(plan.stream + <usize>i * bytes, plan.stream + <usize>row * bytes, bytes);
  }
}

/** The final norm and the one-row head: out, float32 [rows]. */
export function readOut(address: usize, norm: usize, head: usize, out: usize): void {
  const plan = changetype<Plan>(address);
  const n = plan.hidden;
  for (let row = 0; row < plan.kept; row++) {
    const x = plan.stream + ((<usize>row * n) << 2);
    normalise(x, norm, n, plan.rmsEps, plan.wide);
    let total = f32x4.splat(0);
    for (let at: usize = 0; at < (<usize>n) << 2; at += 16) {
      total = v128.add<f32>(total, v128.mul<f32>(v128.load(plan.wide + at), v128.load(head + at)));
    }
    store<f32>(out + ((<usize>row) << 2), sum(total));
  }
}
