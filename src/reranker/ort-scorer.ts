import type { InferenceSession, Tensor, TensorConstructor } from 'onnxruntime-web/wasm';
import { abortReason } from '../errors.ts';
import type { ModelShape } from '../weights/index.ts';
import type { Embedding } from './embedding.ts';
import { untilGpuAnswers } from './gpu-silence.ts';
import { nextTask } from './next-task.ts';
import { GPU_TILE, type RunBudget } from './run-budget.ts';
import { extendPast, NO_PAST, type Past, planRun } from './run-plan.ts';
import type { Prefix, Scorer } from './scorer.ts';

/** Tokens of one prefill run on a CPU: attention scores grow with its square, and an abort waits for its end. */
const PREFILL_TOKENS = 256;

interface OrtPrefix extends Prefix, Past {
  readonly keyValues: Readonly<Record<string, Tensor>>;
}

/** A pack's graph on an onnxruntime-web session; for the names see the graph contract in ARCHITECTURE.md. */
export class OrtScorer implements Scorer {
  readonly #session: InferenceSession;
  readonly #Tensor: TensorConstructor;
  readonly #embedding: Embedding;
  readonly #presentNames: readonly string[];
  readonly #empty: OrtPrefix;
  readonly #budget: RunBudget | undefined;
  readonly #tile: number;

  /** @param options `budget`: on a GPU, how large runs are. On a CPU runs are as long as a document, and not padded. */
  constructor(options: {
    session: InferenceSession;
    Tensor: TensorConstructor;
    embedding: Embedding;
    model: ModelShape;
    budget?: RunBudget | undefined;
  }) {
    const { model } = options;
    this.#session = options.session;
    this.#Tensor = options.Tensor;
    this.#embedding = options.embedding;
    this.#budget = options.budget;
    this.#tile = options.budget === undefined ? 1 : GPU_TILE;
    this.#presentNames = presentNames(model);
    const nothing = (): Tensor => this.#float32(new Float32Array(0), [model.kvHeads, 0, model.headDim]);
    const keyValues = this.#presentNames.map((name) => [pastName(name), nothing()]);
    this.#empty = { ...NO_PAST, keyValues: Object.fromEntries(keyValues) };
  }

  async prefill(prefix: Int32Array, options: { signal?: AbortSignal; after?: Prefix } = {}): Promise<Prefix> {
    const start = (options.after as OrtPrefix | undefined) ?? this.#empty;
    let done = start;
    for (let at = 0; at < prefix.length; ) {
      const before = done;
      try {
        await nextTask();
        if (options.signal?.aborted) throw abortReason(options.signal);
        const segment = prefix.subarray(at, at + this.#prefillTokens(before));
        done = await this.#extend(before, segment);
        at += segment.length;
      } finally {
        if (before !== start) this.release(before);
      }
    }
    return done;
  }

  /** On a CPU several documents in a run gain nothing (599 ms for 256 tokens against 4 × 137 for 64). */
  tokensTogether(prefix: Prefix): number {
    return this.#budget?.tokensAfter((prefix as OrtPrefix).bias.length) ?? 0;
  }

  /** All in one run, but for a single suffix on a GPU that is too slow for it: that one goes in several. */
  async score(
    prefix: Prefix,
    suffixes: readonly Int32Array[],
    options: { signal?: AbortSignal } = {},
  ): Promise<Float32Array> {
    const past = prefix as OrtPrefix;
    const [first] = suffixes;
    const most = this.#budget?.tokensAfter(past.bias.length) ?? Number.POSITIVE_INFINITY;
    if (first === undefined || suffixes.length > 1 || first.length <= most) {
      return (await this.#run(past, suffixes, [])).logits;
    }
    const cut = first.length - most;
    const longer = await this.prefill(first.subarray(0, cut), { ...options, after: prefix });
    try {
      return await this.score(longer, [first.subarray(cut)], options);
    } finally {
      this.release(longer);
    }
  }

  release(prefix: Prefix): void {
    if (prefix === this.#empty) return;
    for (const tensor of Object.values((prefix as OrtPrefix).keyValues)) tensor.dispose();
  }

  #prefillTokens(past: OrtPrefix): number {
    return this.#budget?.tokensAfter(past.bias.length) ?? PREFILL_TOKENS;
  }

  async #extend(past: OrtPrefix, segment: Int32Array): Promise<OrtPrefix> {
    const { results } = await this.#run(past, [segment], this.#presentNames);
    const keyValues = this.#presentNames.map((name) => [pastName(name), results[name]]);
    return { ...extendPast(past, segment.length, this.#tile), keyValues: Object.fromEntries(keyValues) };
  }

  /**
   * The logit of each segment's last token, and of the outputs those that are named: what is not asked for is not
   * copied out of the runtime. The logits are waited for even where nobody reads them: so a run ends when the GPU does.
   */
  async #run(
    past: OrtPrefix,
    segments: readonly Int32Array[],
    names: readonly string[],
  ): Promise<{ logits: Float32Array; results: InferenceSession.OnnxValueMapType }> {
    const { ids, positions, bias, read } = planRun(segments, past, this.#tile);
    const rows = positions.length;
    const width = past.bias.length + rows;
    const embeddings = await this.#embed(ids, rows);
    const started = performance.now();
    const feeds = {
      ...past.keyValues,
      embeddings: this.#float32(embeddings, [rows, this.#embedding.columns]),
      positions: new this.#Tensor('int64', positions, [rows]),
      bias: this.#float32(bias, [rows, width]),
      read: new this.#Tensor('int64', read, [read.length]),
      from: new this.#Tensor('int64', BigInt64Array.of(BigInt(names.length === 0 ? width : 0)), [1]),
    };
    const run = async () => {
      const results = await this.#session.run(feeds, [...names, 'logits']);
      const logits = (await results['logits']?.getData()) as Float32Array;
      results['logits']?.dispose();
      return { results, logits };
    };
    const { results, logits } = await (this.#budget ? untilGpuAnswers(run()) : run());
    this.#budget?.record(rows, performance.now() - started);
    return { logits: logits.slice(0, segments.length), results };
  }

  /** [rows, hidden]; zeros stay zeros in every layer. */
  async #embed(ids: Int32Array, rows: number): Promise<Float32Array<ArrayBuffer>> {
    const embeddings = await this.#embedding.lookUp(ids);
    if (ids.length === rows) return embeddings;
    const padded = new Float32Array(rows * this.#embedding.columns);
    padded.set(embeddings);
    return padded;
  }

  #float32(data: Float32Array<ArrayBuffer>, dims: readonly number[]): Tensor {
    return new this.#Tensor('float32', data, dims);
  }
}

/** The graph's outputs of keys and values. */
export function presentNames(model: ModelShape): string[] {
  return Array.from({ length: model.layers }, (_, layer) => [
    `present.${layer}.key`,
    `present.${layer}.value`,
  ]).flat();
}

function pastName(presentName: string): string {
  return presentName.replace('present', 'past');
}
