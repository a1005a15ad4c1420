import { abortReason } from '../errors.ts';
import type { ExportedGraph, KeysAndValues } from './exported-graph.ts';
import { nextTask } from './next-task.ts';
import type { Prefix, Scorer } from './scorer.ts';

/**
 * New tokens of a run that has a past. The graph computes the logits of every one of them (0.6 MB each), and the
 * consistency check covers runs of up to this many.
 */
export const RUN_TOKENS = 64;

/** The tokens whose logits are the answer. */
export interface AnswerTokens {
  readonly yes: number;
  readonly no: number;
}

interface ExportedPrefix extends Prefix {
  /** What is computed again for each document: all of the prefix, or nothing. */
  readonly ids: Int32Array;
  readonly kv: KeysAndValues;
}

/**
 * A published export as a scorer: either with the keys and values of the prefix computed once, or each pair whole,
 * where a device gets the former wrong. One document a run.
 */
export class ExportedScorer implements Scorer {
  readonly #graph: ExportedGraph;
  readonly #answers: AnswerTokens;
  readonly #reusesPrefix: boolean;

  constructor(options: { graph: ExportedGraph; answers: AnswerTokens; reusesPrefix: boolean }) {
    this.#graph = options.graph;
    this.#answers = options.answers;
    this.#reusesPrefix = options.reusesPrefix;
  }

  async prefill(prefix: Int32Array, options: { signal?: AbortSignal; after?: Prefix } = {}): Promise<Prefix> {
    const { length, ids, kv } = (options.after as ExportedPrefix | undefined) ?? {
      length: 0,
      ids: new Int32Array(0),
      kv: this.#graph.nothing,
    };
    const longer = length + prefix.length;
    if (!this.#reusesPrefix)
      return { length: longer, ids: Int32Array.from([...ids, ...prefix]), kv } as ExportedPrefix;
    return { length: longer, ids, kv: await this.#extend(kv, prefix, options.signal) } as ExportedPrefix;
  }

  tokensTogether(): number {
    return 0;
  }

  async score(prefix: Prefix, suffixes: readonly Int32Array[]): Promise<Float32Array> {
    const scores = new Float32Array(suffixes.length);
    for (const [i, suffix] of suffixes.entries()) {
      scores[i] = await this.#score(prefix as ExportedPrefix, suffix);
    }
    return scores;
  }

  release(prefix: Prefix): void {
    this.#graph.release((prefix as ExportedPrefix).kv);
  }

  async #score({ ids, kv }: ExportedPrefix, suffix: Int32Array): Promise<number> {
    if (!this.#reusesPrefix) return this.#answer(kv, Int32Array.from([...ids, ...suffix]));
    const last = Math.max(0, suffix.length - RUN_TOKENS);
    const before = await this.#extend(kv, suffix.subarray(0, last));
    try {
      return await this.#answer(before, suffix.subarray(last));
    } finally {
      if (before !== kv) this.#graph.release(before);
    }
  }

  /** logit(yes) − logit(no) after the last of `ids`. */
  async #answer(before: KeysAndValues, ids: Int32Array): Promise<number> {
    const { yes, no } = this.#answers;
    const from = Math.min(yes, no);
    const logits = await this.#graph.logits(before, ids);
    try {
      const between = await logits.range({ back: 0, from, to: Math.max(yes, no) + 1 });
      return (between[yes - from] ?? Number.NaN) - (between[no - from] ?? Number.NaN);
    } finally {
      logits.dispose();
    }
  }

  /** In runs of at most {@link RUN_TOKENS}; `start` itself stays as it is, also when aborted. */
  async #extend(start: KeysAndValues, ids: Int32Array, signal?: AbortSignal): Promise<KeysAndValues> {
    let done = start;
    for (let at = 0; at < ids.length; at += RUN_TOKENS) {
      const before = done;
      try {
        await nextTask();
        if (signal?.aborted) throw abortReason(signal);
        done = await this.#graph.extend(before, ids.subarray(at, at + RUN_TOKENS));
      } finally {
        if (before !== start) this.#graph.release(before);
      }
    }
    return done;
  }
}
