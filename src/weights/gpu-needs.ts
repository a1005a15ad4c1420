import type { ModelShape } from './manifest.ts';

/**
 * The largest run on a GPU: S new tokens after P past ones, S at most {@link MOST_RUN_TOKENS}, and S · (P + S), on
 * which the attention scores grow, at most {@link MOST_RUN_AREA}. That is 512 tokens after up to 1,536, 128 after 8,000.
 */
export const MOST_RUN_TOKENS = 512;
export const MOST_RUN_AREA = 512 * 2048;

/** What is reckoned with as the tokens of a query and a document, for the memory that a GPU needs. */
const USUAL_TOKENS = 1024;

const FLOAT_BYTES = 4;

/** What a GPU must offer for a variant, in bytes. */
export interface GpuNeeds {
  /** The largest buffer, which a shader binds as a whole. */
  readonly buffer: number;
  readonly memory: number;
}

/**
 * - `buffer`: the largest weight tensor, or what the largest run computes, whichever is larger: attention scores
 *   heads · S · (P + S), keys of as many tokens as there are positions, the widest activation S · max(intermediate,
 *   heads · headDim, hidden); float32.
 * - `memory`: all weights; the keys and values of {@link USUAL_TOKENS}, twice, as the past is held while the next is
 *   computed; and scores before and after bias and softmax, three buffers, of a run that brings a past to that length.
 *
 * @param tensors sizes of the variant's weights in bytes
 */
export function gpuNeeds(shape: ModelShape, tensors: readonly number[]): GpuNeeds {
  const { layers, heads, kvHeads, headDim, hidden, intermediate, maxPositions } = shape;
  const keys = (tokens: number): number => kvHeads * tokens * headDim * FLOAT_BYTES;
  const widest = MOST_RUN_TOKENS * Math.max(intermediate, heads * headDim, hidden) * FLOAT_BYTES;
  const usualScores = heads * MOST_RUN_TOKENS * USUAL_TOKENS * FLOAT_BYTES;
  const weights = tensors.reduce((sum, size) => sum + size, 0);
  return {
    buffer: Math.max(...tensors, heads * MOST_RUN_AREA * FLOAT_BYTES, keys(maxPositions), widest),
    memory: weights + 2 * (2 * layers * keys(USUAL_TOKENS)) + 3 * usualScores,
  };
}
