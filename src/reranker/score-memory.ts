import { sha256 } from '../weights/sha256.ts';

/** Scores that are kept: some two hundred tickets of fifty candidates, passages included. About 4 MB. */
const MOST_SCORES = 20_000;

/**
 * The scores of one model that were computed already, the latest used {@link MOST_SCORES} of them, in memory alone.
 * A key is the SHA-256 of the prompt's token ids: no text is kept.
 */
export class ScoreMemory {
  readonly #most: number;
  /** Least recently used first. */
  readonly #scores = new Map<string, number>();

  constructor(most = MOST_SCORES) {
    this.#most = most;
  }

  get size(): number {
    return this.#scores.size;
  }

  /** Where the score of a document after a query is kept. */
  async key(prefix: Int32Array, suffix: Int32Array): Promise<string> {
    const ids = new Int32Array(1 + prefix.length + suffix.length);
    ids[0] = prefix.length;
    ids.set(prefix, 1);
    ids.set(suffix, 1 + prefix.length);
    return sha256(new Uint8Array(ids.buffer));
  }

  get(key: string): number | undefined {
    const logit = this.#scores.get(key);
    if (logit !== undefined) this.#put(key, logit);
    return logit;
  }

  set(key: string, logit: number): void {
    this.#put(key, logit);
    if (this.#scores.size <= this.#most) return;
    for (const oldest of this.#scores.keys()) {
      this.#scores.delete(oldest);
      return;
    }
  }

  #put(key: string, logit: number): void {
    this.#scores.delete(key);
    this.#scores.set(key, logit);
  }
}
