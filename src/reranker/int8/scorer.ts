import { abortReason } from '../../errors.ts';
import type { Int8LayerTensor, Int8Layout, ModelShape } from '../../weights/index.ts';
import type { Embedding } from '../embedding.ts';
import { nextTask } from '../next-task.ts';
import type { Prefix, Scorer } from '../scorer.ts';
import { availableThreads, type Threads } from '../threads.ts';
import type { Heap } from './heap.ts';
import { compileKernels } from './kernels.ts';
import { KeyValues } from './key-values.ts';
import { Plan, type PlanField } from './plan.ts';
import { placeSegments, Run, type Segment } from './run.ts';
import { MAX_THREADS, Team } from './team.ts';
import { COUNTERS, type Int8Weights, WEIGHTS } from './weights.ts';

/** New tokens of a prefill run: activations stay small, and an abort is heard soon. */
const PREFILL_TOKENS = 256;

/** What the rows of a run fill the second-level cache with; more gains nothing. */
const RUN_TOKENS = 128;

/** `wasm-int8` on our own kernels, see `src/kernels`: many threads, one shared memory which holds the weights once. */
export class Int8Scorer implements Scorer {
  readonly #shape: ModelShape;
  readonly #layout: Int8Layout;
  readonly #embedding: Embedding;
  readonly #plan: Plan;
  readonly #team: Team;
  readonly #heap: Heap;
  readonly #frequencies: Float64Array;
  #scratch: { readonly address: number; readonly bytes: number } | undefined;

  private constructor(options: {
    weights: Int8Weights;
    embedding: Embedding;
    plan: Plan;
    team: Team;
  }) {
    const { weights, plan } = options;
    const { shape, layout } = weights;
    this.#shape = shape;
    this.#layout = layout;
    this.#embedding = options.embedding;
    this.#plan = plan;
    this.#team = options.team;
    this.#heap = weights.heap;
    const { hidden, heads, kvHeads, headDim, intermediate, rmsEps } = shape;
    const half = headDim / 2;
    this.#frequencies = Float64Array.from({ length: half }, (_, i) => shape.ropeTheta ** (-i / half));
    plan.set({ hidden, heads, kvHeads, headDim, intermediate, rmsEps, counters: COUNTERS });
  }

  /**
   * Starts the threads, while the embeddings may still be on their way. Errors: `runtime-unavailable`, `csp-blocked`.
   * @param options `module`: other kernels than those for this processor. `threads`: by default all.
   */
  static async start(
    weights: Int8Weights,
    embedding: Embedding | Promise<Embedding>,
    options: { module?: WebAssembly.Module; threads?: Threads } = {},
  ): Promise<Int8Scorer> {
    const { memory } = weights;
    const plan = new Plan(memory.buffer, 0);
    const module = options.module ?? (await compileKernels(memory));
    const threads = Math.min(MAX_THREADS, availableThreads(options.threads ?? 'all'));
    const team = await Team.start({ module, memory, plan, counters: COUNTERS, threads });
    return new Int8Scorer({ weights, embedding: await embedding, plan, team });
  }

  get memory(): WebAssembly.Memory {
    return this.#heap.memory;
  }

  /** Which products the kernels are made of: 1 int16, by relaxed SIMD 2 unsigned or 3 signed bytes. */
  get productKind(): number {
    return this.#team.kernels.productKind();
  }

  /** Threads that compute. */
  get threads(): number {
    return this.#team.threads;
  }

  async prefill(prefix: Int32Array, options: { signal?: AbortSignal; after?: Prefix } = {}): Promise<Prefix> {
    const after = options.after as KeyValues | undefined;
    const start = after?.length ?? 0;
    const { layers } = this.#shape;
    const keyValues = new KeyValues(this.#heap, this.#shape, { capacity: start + prefix.length, layers });
    try {
      if (after !== undefined) keyValues.copyFrom(after);
      for (let done = 0; done < prefix.length; done += PREFILL_TOKENS) {
        const ids = prefix.subarray(done, done + PREFILL_TOKENS);
        const segment = { ids, position: start + done, slot: start + done, firstSlot: 0 };
        await this.#run([segment], {
          signal: options.signal,
          width: start + done + ids.length,
          keep: (layer, run) => {
            this.#plan.set({ ...keyValues.asPast(layer), pastLength: 0, ...keyValues.asNew(layer) });
            if (layer === layers - 1) run.keepNone(this.#plan);
            else run.keepAll(this.#plan);
          },
        });
        keyValues.length = start + done + ids.length;
      }
      return keyValues;
    } catch (error) {
      keyValues.release();
      throw error;
    }
  }

  /** Weights pass from memory once a run, so that short documents gain by sharing one. */
  tokensTogether(): number {
    return RUN_TOKENS;
  }

  async score(
    prefix: Prefix,
    suffixes: readonly Int32Array[],
    options: { signal?: AbortSignal } = {},
  ): Promise<Float32Array> {
    const past = prefix as KeyValues;
    const { layers } = this.#shape;
    const { segments, slots } = placeSegments(suffixes, past.length);
    const own = new KeyValues(this.#heap, this.#shape, { capacity: slots, layers: 1 });
    try {
      const longest = Math.max(...suffixes.map(({ length }) => length));
      return await this.#run(segments, {
        signal: options.signal,
        width: past.length + longest,
        keep: (layer, run) => {
          this.#plan.set({ ...past.asPast(layer), ...own.asNew(0) });
          if (layer === layers - 1) run.keepLast(this.#plan);
          else run.keepAll(this.#plan);
        },
      });
    } finally {
      own.release();
    }
  }

  release(prefix: Prefix): void {
    (prefix as KeyValues).release();
  }

  /** All layers over the new tokens; the logit of each segment's last row, where any is kept. */
  async #run(
    segments: readonly Segment[],
    options: {
      readonly signal: AbortSignal | undefined;
      /** Most tokens that a row sees. */
      readonly width: number;
      readonly keep: (layer: number, run: Run) => void;
    },
  ): Promise<Float32Array> {
    const ids = Int32Array.from(segments.flatMap((segment) => [...segment.ids]));
    const embeddings = await this.#embedding.lookUp(ids);
    this.#makeScratch(options.width);
    const run = new Run({
      heap: this.#heap,
      shape: this.#shape,
      plan: this.#plan,
      segments,
      frequencies: this.#frequencies,
    });
    try {
      run.stream.set(embeddings);
      for (let layer = 0; layer < this.#shape.layers; layer++) {
        if (options.signal !== undefined) {
          await nextTask();
          if (options.signal.aborted) throw abortReason(options.signal);
        }
        this.#plan.set(this.#weightsOf(layer));
        options.keep(layer, run);
        this.#team.runLayer(layer === this.#shape.layers - 1 ? 0 : run.rows);
      }
      return this.#readOut(run, segments.length);
    } finally {
      run.release();
    }
  }

  #readOut(run: Run, count: number): Float32Array {
    const { norm, head } = this.#layout;
    this.#team.kernels.readOut(this.#plan.address, WEIGHTS + norm.offset, WEIGHTS + head.offset, run.logits);
    return new Float32Array(this.#heap.memory.buffer, run.logits, count).slice();
  }

  #weightsOf(layer: number): Partial<Record<PlanField, number>> {
    const places = Object.entries(this.#layout.layers[layer] as Int8Layout['layers'][number]);
    const addresses = places.map(([name, { offset }]) => [name as Int8LayerTensor, WEIGHTS + offset]);
    return Object.fromEntries(addresses);
  }

  /** Each thread's own workspace, made larger when the attention of a run asks for more. */
  #makeScratch(width: number): void {
    const needed = this.#team.kernels.scratchBytes(this.#plan.address, width);
    const bytes = Math.ceil(needed / 64) * 64;
    if (this.#scratch !== undefined && this.#scratch.bytes >= bytes) return;
    if (this.#scratch !== undefined) this.#heap.free(this.#scratch.address);
    this.#scratch = undefined;
    const address = this.#heap.allocate(bytes * this.#team.size);
    this.#scratch = { address, bytes };
    this.#plan.set({ scratch: address, scratchBytes: bytes });
  }
}

/** Threads need shared memory, which only a cross-origin isolated context may hand to another thread. */
