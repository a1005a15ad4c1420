/** The keys and values of a token sequence, held by the scorer that made it. */
export interface Prefix {
  /** Tokens. */
  readonly length: number;
}

/** The seam behind which engines can be exchanged. */
export interface Scorer {
  /** The KV of instruction + query, computed once a query. An empty prefix is allowed. */
  prefill(prefix: Int32Array, options?: { signal?: AbortSignal }): Promise<Prefix>;
  /** logit(yes) − logit(no) at the end of each suffix, all computed in one run. */
  score(prefix: Prefix, suffixes: readonly Int32Array[]): Promise<Float32Array>;
  release(prefix: Prefix): void;
  dispose(): Promise<void>;
}
