import { MOST_RUN_AREA, MOST_RUN_TOKENS } from '../weights/index.ts';

/**
 * Rows that GPU kernels compute at once: a run padded to a multiple computes no more than it did. onnxruntime compiles
 * other pipelines for fewer rows than this and for lengths that 4 does not divide, and for nothing else.
 */
export const GPU_TILE = 16;

/** Before anything is known of the GPU. */
const FIRST_TOKENS = 64;

/**
 * What a run should take: an abort waits for its end, the desktop shares the GPU, and drivers kill what takes seconds
 * (Windows: 2 s for one submission, of which a run has many).
 */
const TARGET_MILLISECONDS = 300;

/**
 * How many new tokens a run on a GPU may hold: from {@link FIRST_TOKENS} towards as many as take
 * {@link TARGET_MILLISECONDS}, at most twice as many at a time, between {@link GPU_TILE} and `MOST_RUN_TOKENS`.
 * A run costs so much for itself and so much a token, so a small one that was fast vouches for a larger one.
 */
export class RunBudget {
  #tokens = FIRST_TOKENS;

  /** New tokens after `past` ones: a multiple of {@link GPU_TILE}. */
  tokensAfter(past: number): number {
    const byArea = (Math.sqrt(past * past + 4 * MOST_RUN_AREA) - past) / 2;
    return atLeastOneTile(Math.min(this.#tokens, byArea));
  }

  /** Learns from a run of `tokens`, padding included. */
  record(tokens: number, milliseconds: number): void {
    const fitting = (tokens * TARGET_MILLISECONDS) / milliseconds;
    const next =
      milliseconds > TARGET_MILLISECONDS
        ? Math.min(fitting, this.#tokens)
        : Math.max(this.#tokens, Math.min(fitting, 2 * this.#tokens));
    this.#tokens = Math.min(atLeastOneTile(next), MOST_RUN_TOKENS);
  }
}

function atLeastOneTile(tokens: number): number {
  return Math.max(GPU_TILE, Math.floor(tokens / GPU_TILE) * GPU_TILE);
}
