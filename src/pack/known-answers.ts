import type { Precision } from './quantise.ts';
import type { ReadSequence } from './reference.ts';

const FLOAT_TOLERANCE = 0.05;
const INT8_LEAST_TOLERANCE = 0.3;

/** Per sequence, per position read. */
type Logits = readonly (readonly number[])[];

/** Tokens of a prompt's constant part up to which all of it is computed; Qwen3's has some 60. */
const MOST_CONSTANT_TOKENS = 128;
const END_TOKENS = 12;

/**
 * Token sequences for the self-test on the user's device: one of arbitrary tokens, and one that starts and ends as a
 * prompt does, because the very large activations of the first token are what low precision suffers from. It starts with
 * all that prompts have in common, so that a device need not compute that a second time for the first query.
 *
 * Devices have been wrong from 32 new tokens on, and at lengths divisible by 4: so both sides of 31 / 32 are read, and
 * four lengths in a row at the end. And one token behind the common part: where that is known, every weight is tested at
 * the price of one token. As attention is causal, the answer at position p is that of the first p + 1 tokens.
 *
 * @param prompts prompts of different queries
 */
export function knownSequences(
  vocabulary: number,
  prompts: readonly [readonly number[], readonly number[]],
): ReadSequence[] {
  const [prompt, other] = prompts;
  const common = prompt.findIndex((id, i) => id !== other[i]);
  const start = common > MOST_CONSTANT_TOKENS ? MOST_CONSTANT_TOKENS >> 2 : common;
  const ids = [...prompt.slice(0, start), ...prompt.slice(-END_TOKENS)];
  return [sequence(randomIds(40, vocabulary), [0, 7, 30, 31, 32]), sequence(ids, [1, 15, 30, 31, 32, start])];
}

function sequence(ids: readonly number[], inner: readonly number[]): ReadSequence {
  const end = ids.length;
  const read = new Set([...inner, end - 4, end - 3, end - 2, end - 1]);
  const inside = [...read].filter((position) => position >= 0 && position < end);
  return { ids, read: inside.sort((a, b) => a - b) };
}

/**
 * How far a sound device may be from the reference. Float sums in another order were at most 1e-5 apart, on
 * tiny-qwen3 and on random weights in the shapes of the 0.6B model with 28 layers; GPUs take liberties with `exp` and
 * division. In int8 such a difference can push a value over a rounding edge, and then it grows to the size of the
 * quantisation error itself (measured: 0.17 where that was 0.16, 0.2 where it was 0.17), so that error, which the pack
 * knows, sets the limit. Faulty devices were off by 1 and more.
 */
export function toleranceOf(precision: Precision, logits: Logits, float32: Logits): number {
  if (precision !== 'int8') return FLOAT_TOLERANCE;
  const exact = float32.flat();
  const errors = logits.flat().map((logit, i) => Math.abs(logit - (exact[i] as number)));
  return Math.max(INT8_LEAST_TOLERANCE, 3 * Math.max(...errors));
}

/** mulberry32: the ids need only be the same in every run. */
function randomIds(count: number, vocabulary: number): number[] {
  let state = 1;
  return Array.from({ length: count }, () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * vocabulary);
  });
}
