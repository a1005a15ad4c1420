import { abortReason } from '../errors.ts';
import type { ExportedGraph, KeysAndValues, RunLogits } from './exported-graph.ts';
import { RUN_TOKENS } from './exported-scorer.ts';
import { nextTask } from './next-task.ts';

/** New tokens without a past: both sides of 32, and every remainder of 4. */
const WHOLE = [31, 32, 33, 34];

/** Tokens of the past, and new ones after it: both sides of 32 again, and the longest run that is ever used. */
const SPLIT: readonly { readonly past: number; readonly added: readonly number[] }[] = [
  { past: 5, added: [31, 32, 33, 34] },
  { past: 3, added: [RUN_TOKENS] },
];

/** Tokens that the check needs. */
export const CHECKED_TOKENS = 3 + RUN_TOKENS;
const BRIEF_TOKENS = 36;

/**
 * How far runs that must give the same logits are apart, one number a case: the length of the difference in parts of
 * the length, over the whole vocabulary and without its mean. Two unrelated rows of logits are 1.4 apart.
 */
export interface Distances {
  /** Runs without a past, of different lengths. */
  readonly whole: readonly number[];
  /** Runs that continue a past. */
  readonly split: readonly number[];
}

/**
 * Computes the same tokens in runs of different lengths and cuts. Attention is causal, so the logits after n tokens
 * are the same whatever follows in the run, and wherever it was cut: a device that disagrees with itself computes
 * something else. There are no known answers for an export; this is what can be asked of it.
 *
 * @param ids {@link CHECKED_TOKENS} of them, best from a real prompt
 */
export function measureConsistency(
  graph: ExportedGraph,
  ids: Int32Array,
  signal: AbortSignal,
): Promise<Distances> {
  return measure(graph, { ids: ids.subarray(0, CHECKED_TOKENS), whole: WHOLE, split: SPLIT, signal });
}

/** The same in brief, for a device that has passed before: a sixth of the work, and still both sides of 32. */
export function measureBriefly(
  graph: ExportedGraph,
  ids: Int32Array,
  { signal, reusesPrefix }: { signal: AbortSignal; reusesPrefix: boolean },
): Promise<Distances> {
  const cases = reusesPrefix ? { whole: [], split: [{ past: 5, added: [31] }] } : { whole: [31], split: [] };
  return measure(graph, { ids: ids.subarray(0, BRIEF_TOKENS), ...cases, signal });
}

async function measure(
  graph: ExportedGraph,
  task: { ids: Int32Array; whole: readonly number[]; split: typeof SPLIT; signal: AbortSignal },
): Promise<Distances> {
  const { ids, signal } = task;
  const run = async (before: KeysAndValues, end: number, all = false): Promise<RunLogits> => {
    await nextTask();
    if (signal.aborted) throw abortReason(signal);
    return graph.logits(before, ids.subarray(before.length, end), { all });
  };
  const reference = await run(graph.nothing, ids.length, true);
  const compare = async (before: KeysAndValues, end: number): Promise<number> => {
    const logits = await run(before, end);
    try {
      return distance(await logits.range({ back: 0 }), await reference.range({ back: ids.length - end }));
    } finally {
      logits.dispose();
    }
  };
  try {
    const whole: number[] = [];
    for (const end of task.whole) whole.push(await compare(graph.nothing, end));
    const split: number[] = [];
    for (const { past, added } of task.split) {
      const before = await graph.extend(graph.nothing, ids.subarray(0, past));
      try {
        for (const count of added) split.push(await compare(before, past + count));
      } finally {
        graph.release(before);
      }
    }
    return { whole, split };
  } finally {
    reference.dispose();
  }
}

/**
 * With float activations a sound device was at most 7e-6 from itself, on random models of 3 and 28 layers in fp32 and
 * q4, and 3e-4 where keys and values are kept in float16. GroupQueryAttention on a GPU that gets it wrong from 32
 * tokens on was 0.3 off. The limit leaves room for GPUs that quantise activations within a block of 32.
 */
const FLOAT_LIMIT = 0.05;

/**
 * int8 exports quantise activations with one scale for the whole run, so the numbers depend on what else is in it: on
 * the same models 0.03…0.25 in most cases, and up to 0.7 in single ones. Hence the middle one counts. Runs of the whole
 * are what everybody gets of such an export: only nonsense is refused. The reuse of a past has to be near them; one
 * whose past is not looked at is 0.5 off.
 */
const INT8_LIMIT = { whole: 0.8, split: 0.4 };

/** Whether runs without a past are right: nothing can be done with a device that fails here. */
export function isSoundWhole({ whole }: Distances, { int8 }: { int8: boolean }): boolean {
  return int8 ? middle(whole) <= INT8_LIMIT.whole : largest(whole) <= FLOAT_LIMIT;
}

/** Whether a past can be reused. */
export function isSoundSplit({ split }: Distances, { int8 }: { int8: boolean }): boolean {
  return int8 ? middle(split) <= INT8_LIMIT.split : largest(split) <= FLOAT_LIMIT;
}

function largest(distances: readonly number[]): number {
  return Math.max(...distances);
}

/** NaN where one of them is. */
function middle(distances: readonly number[]): number {
  if (distances.some(Number.isNaN)) return Number.NaN;
  const sorted = [...distances].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

/** |a − b| / |b| of the rows without their means; NaN for rows that are not numbers, or all alike. */
function distance(a: Float32Array, b: Float32Array): number {
  const meanA = mean(a);
  const meanB = mean(b);
  let difference = 0;
  let size = 0;
  b.forEach((value, i) => {
    const centred = value - meanB;
    difference += ((a[i] as number) - meanA - centred) ** 2;
    size += centred ** 2;
  });
  return Math.sqrt(difference / size);
}

function mean(row: Float32Array): number {
  return row.reduce((sum, value) => sum + value, 0) / row.length;
}
