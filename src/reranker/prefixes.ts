import type { Prefix, Scorer } from './scorer.ts';

/** Keys and values, and the token ids that they are of. */
export interface HeldPrefix {
  readonly ids: Int32Array;
  readonly prefix: Prefix;
}

export interface PrefixRequest {
  /** System text, instruction and query. */
  readonly ids: Int32Array;
  /** What all queries of the instruction begin with; used where `ids` begin with it indeed. */
  readonly constant: Int32Array;
  readonly signal: AbortSignal;
}

/**
 * The keys and values that are kept between calls: those of the latest query, so that they can be prepared before its
 * documents are known, and those of the part that is the same for every query. No more, because at full size a token
 * takes 224 KiB.
 */
export class Prefixes {
  readonly #scorer: Scorer;
  #constant: HeldPrefix | undefined;
  #latest: HeldPrefix | undefined;

  /** `constant`: a part that was computed already, which is held from now on. */
  constructor(scorer: Scorer, constant?: HeldPrefix) {
    this.#scorer = scorer;
    this.#constant = constant;
  }

  /** Computed unless held. Held until another is asked for: the caller does not release it. */
  async get({ ids, constant, signal }: PrefixRequest): Promise<Prefix> {
    if (this.#latest !== undefined && equal(this.#latest.ids, ids)) return this.#latest.prefix;
    this.#latest = this.#release(this.#latest);
    const after = await this.#start(ids, constant, signal);
    const prefix =
      after === undefined
        ? await this.#scorer.prefill(ids, { signal })
        : await this.#scorer.prefill(ids.subarray(after.length), { signal, after });
    this.#latest = { ids, prefix };
    return prefix;
  }

  async #start(ids: Int32Array, constant: Int32Array, signal: AbortSignal): Promise<Prefix | undefined> {
    const { length } = constant;
    if (length === 0 || length >= ids.length || !equal(ids.subarray(0, length), constant)) return undefined;
    if (this.#constant === undefined || !equal(this.#constant.ids, constant)) {
      this.#constant = this.#release(this.#constant);
      this.#constant = { ids: constant, prefix: await this.#scorer.prefill(constant, { signal }) };
    }
    return this.#constant.prefix;
  }

  #release(held: HeldPrefix | undefined): undefined {
    if (held !== undefined) this.#scorer.release(held.prefix);
    return undefined;
  }
}

function equal(a: Int32Array, b: Int32Array): boolean {
  return a.length === b.length && a.every((id, i) => id === b[i]);
}
