import type { InferenceSession, Tensor, TensorConstructor } from 'onnxruntime-web/wasm';
import { abortReason } from '../errors.ts';
import type { ModelShape } from '../weights/index.ts';
import type { Embedding } from './embedding.ts';
import { nextTask } from './next-task.ts';
import { planRun } from './run-plan.ts';
import type { Prefix, Scorer } from './scorer.ts';

/** Tokens of one prefill run: attention scores grow with its square, and an abort waits for its end. */
const PREFILL_TOKENS = 256;

interface OrtPrefix extends Prefix {
  readonly past: Readonly<Record<string, Tensor>>;
}

/** A pack's graph on an onnxruntime-web session; for the names see the graph contract in ARCHITECTURE.md. */
export class OrtScorer implements Scorer {
  readonly #session: InferenceSession;
  readonly #Tensor: TensorConstructor;
  readonly #embedding: Embedding;
  readonly #presentNames: readonly string[];
  readonly #empty: OrtPrefix;

  constructor(options: {
    session: InferenceSession;
    Tensor: TensorConstructor;
    embedding: Embedding;
    model: ModelShape;
  }) {
    const { model } = options;
    this.#session = options.session;
    this.#Tensor = options.Tensor;
    this.#embedding = options.embedding;
    this.#presentNames = presentNames(model);
    const nothing = (): Tensor => this.#float32(new Float32Array(0), [model.kvHeads, 0, model.headDim]);
    const past = this.#presentNames.map((name) => [pastName(name), nothing()]);
    this.#empty = { length: 0, past: Object.fromEntries(past) };
  }

  async prefill(prefix: Int32Array, options: { signal?: AbortSignal } = {}): Promise<Prefix> {
    let done = this.#empty;
    while (done.length < prefix.length) {
      await nextTask();
      if (options.signal?.aborted) {
        this.release(done);
        throw abortReason(options.signal);
      }
      const segment = prefix.slice(done.length, done.length + PREFILL_TOKENS);
      const present = await this.#run(done, [segment], this.#presentNames);
      const past = this.#presentNames.map((name) => [pastName(name), present[name]]);
      this.release(done);
      done = { length: done.length + segment.length, past: Object.fromEntries(past) };
    }
    return done;
  }

  async score(prefix: Prefix, suffixes: readonly Int32Array[]): Promise<Float32Array> {
    const { logits } = await this.#run(prefix as OrtPrefix, suffixes, ['logits']);
    const scores = (await logits?.getData()) as Float32Array;
    logits?.dispose();
    return scores;
  }

  release(prefix: Prefix): void {
    if (prefix === this.#empty) return;
    for (const tensor of Object.values((prefix as OrtPrefix).past)) tensor.dispose();
  }

  async dispose(): Promise<void> {
    await this.#session.release();
  }

  /** Fetches `outputs` alone: what is not asked for is not copied out of the runtime. */
  async #run(
    prefix: OrtPrefix,
    segments: readonly Int32Array[],
    outputs: readonly string[],
  ): Promise<InferenceSession.OnnxValueMapType> {
    const { ids, positions, bias, read } = planRun(segments, prefix.length);
    const feeds = {
      ...prefix.past,
      embeddings: this.#float32(this.#embedding.lookUp(ids), [ids.length, this.#embedding.columns]),
      positions: new this.#Tensor('int64', positions, [positions.length]),
      bias: this.#float32(bias, [ids.length, prefix.length + ids.length]),
      read: new this.#Tensor('int64', read, [read.length]),
    };
    return this.#session.run(feeds, outputs);
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
