import type { KnownAnswer } from '../weights/index.ts';
import type { HeldPrefix } from './prefixes.ts';
import type { Scorer } from './scorer.ts';

/** Tokens of a brief check, at least. */
const BRIEF_TOKENS = 30;

/** Per known answer, per position read. */
type Logits = readonly (readonly number[])[];

/**
 * Scores the pack's known answers on this device and returns the largest distance from `expected`, in logits
 * (Infinity for NaN). Every other answer is split into prefix and suffixes, which share a run; the rest go whole.
 * A sequence read at several positions stands for as many sequences, because attention is causal; their lengths lie
 * on both sides of 32 and in all residues of 4, where WebGPU kernels have been seen to be wrong.
 */
export async function selfTest(
  scorer: Scorer,
  answers: readonly KnownAnswer[],
  expected: Logits,
): Promise<number> {
  let worst = 0;
  for (const [index, { ids, read }] of answers.entries()) {
    const split = index % 2 === 0 ? ids.length >> 1 : 0;
    const ends = read.filter((at) => at >= split);
    const checked = split > 0 ? ends : ends.slice(-1);
    const prefix = await scorer.prefill(Int32Array.from(ids.slice(0, split)));
    const suffixes = checked.map((at) => Int32Array.from(ids.slice(split, at + 1)));
    const logits = await scorer.score(prefix, suffixes);
    scorer.release(prefix);
    for (const [i, at] of checked.entries()) {
      worst = Math.max(worst, distance(logits[i], expected[index]?.[read.indexOf(at)]));
    }
  }
  return worst;
}

/**
 * One position of one known answer: where every token takes its time, and no length is special. Where an answer begins
 * as all prompts do (`constant`), it is split there, and what was computed of it is given out for the first query. `held`:
 * that of an earlier visit, which is tested in its place, and released where it is not given out.
 */
export async function briefSelfTest(
  scorer: Scorer,
  answers: readonly KnownAnswer[],
  expected: Logits,
  constant: Int32Array,
  held?: HeldPrefix,
): Promise<{ worst: number; constant: HeldPrefix | undefined }> {
  const { length } = constant;
  const fitting =
    length === 0
      ? -1
      : answers.findIndex(({ ids, read }) => begins(ids, constant) && read.some((at) => at >= length));
  const index = Math.max(0, fitting);
  const { ids, read } = answers[index] as KnownAnswer;
  const split = fitting === -1 ? ids.length >> 1 : length;
  const ends = read.filter((at) => at >= split);
  const at = ends.find((end) => end >= BRIEF_TOKENS) ?? (ends[ends.length - 1] as number);
  if (held !== undefined && fitting === -1) scorer.release(held.prefix);
  const start = Int32Array.from(ids.slice(0, split));
  const fits = fitting === -1 ? undefined : held;
  const tested = fits ?? { ids: start, prefix: await scorer.prefill(start) };
  const [logit] = await scorer.score(tested.prefix, [Int32Array.from(ids.slice(split, at + 1))]);
  const worst = distance(logit, expected[index]?.[read.indexOf(at)]);
  if (fitting !== -1) return { worst, constant: tested };
  scorer.release(tested.prefix);
  return { worst, constant: undefined };
}

function begins(ids: readonly number[], start: Int32Array): boolean {
  return start.every((id, i) => ids[i] === id);
}

function distance(logit: number | undefined, expected: number | undefined): number {
  const error = Math.abs((logit ?? Number.NaN) - (expected ?? Number.NaN));
  return Number.isNaN(error) ? Number.POSITIVE_INFINITY : error;
}
