import type { KnownAnswer } from '../weights/index.ts';
import type { Scorer } from './scorer.ts';

/** Tokens of a thrifty check, at least. */
const THRIFTY_TOKENS = 30;

/**
 * Scores the pack's known answers on this device and returns the largest distance from `expected`, in logits
 * (Infinity for NaN). Every other answer is split into prefix and suffixes, which share a run; the rest go whole.
 * A sequence read at several positions stands for as many sequences, because attention is causal; their lengths lie
 * on both sides of 32 and in all residues of 4, where WebGPU kernels have been seen to be wrong.
 *
 * With `thrifty` one position of the first answer is enough: where every token takes its time, and no length is
 * special.
 */
export async function selfTest(
  scorer: Scorer,
  answers: readonly KnownAnswer[],
  expected: readonly (readonly number[])[],
  options: { thrifty?: boolean } = {},
): Promise<number> {
  let worst = 0;
  for (const [index, answer] of answers.slice(0, options.thrifty ? 1 : undefined).entries()) {
    const ids = Int32Array.from(answer.ids);
    const split = index % 2 === 0 ? ids.length >> 1 : 0;
    const known = answer.read.map((at, i) => ({ at, logit: expected[index]?.[i] ?? Number.NaN }));
    const ends = known.filter(({ at }) => at >= split);
    const long = ends.findIndex(({ at }) => at >= THRIFTY_TOKENS);
    const checked =
      options.thrifty && long !== -1 ? ends.slice(long, long + 1) : ends.slice(split > 0 ? 0 : -1);
    const prefix = await scorer.prefill(ids.slice(0, split));
    const suffixes = checked.map(({ at }) => ids.slice(split, at + 1));
    const logits = await scorer.score(prefix, suffixes);
    scorer.release(prefix);
    for (const [i, { logit }] of checked.entries()) {
      const error = Math.abs((logits[i] ?? Number.NaN) - logit);
      worst = Math.max(worst, Number.isNaN(error) ? Number.POSITIVE_INFINITY : error);
    }
  }
  return worst;
}
