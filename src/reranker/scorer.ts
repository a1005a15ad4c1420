/** The keys and values of a token sequence, held by the scorer that made it. */
export interface Prefix {
  /** Tokens. */
  readonly length: number;
}

/** The seam behind which engines can be exchanged. */
export interface Scorer {
  /**
   * The KV of instruction + query, computed once a query. An empty prefix is allowed. With `after`, which stays as it
   * is, that of a sequence longer by `prefix`, which is not empty then.
   */
  prefill(prefix: Int32Array, options?: { signal?: AbortSignal; after?: Prefix }): Promise<Prefix>;
  /** Tokens of documents that are best scored in one call now; a longer document alone. */
  tokensTogether(prefix: Prefix): number;
  /** logit(yes) − logit(no) at the end of each suffix. */
  score(
    prefix: Prefix,
    suffixes: readonly Int32Array[],
    options?: { signal?: AbortSignal },
  ): Promise<Float32Array>;
  release(prefix: Prefix): void;
}
