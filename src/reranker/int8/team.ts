import { createWorker } from '../create-worker.ts';
import { instantiateKernels, type Kernels } from './kernels.ts';
import type { Plan } from './plan.ts';
import threadUrl from './thread.ts?worker&url';
import { ThreadChoice } from './thread-choice.ts';

/** What a thread is given; it answers `ready` once and then lives in the kernels. */
export interface ThreadStart {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly plan: number;
  readonly thread: number;
}

/** More gain nothing on office PCs, and each takes scratch. */
export const MAX_THREADS = 16;

/** A thread's script that is blocked fires no event in some browsers. */
const START_SECONDS = 10;

const JOB_STEP = 256;
/** Phases of a layer; see `Plan.counters` in the kernels. */
const PHASES = 10;

/** This thread and those that help it with a layer, over one shared memory. */
export class Team {
  readonly #kernels: Kernels;
  readonly #memory: WebAssembly.Memory;
  readonly #plan: Plan;
  readonly #counters: number;
  readonly #helpers: readonly Worker[];
  readonly #choice: ThreadChoice;
  #job = 0;

  private constructor(options: {
    kernels: Kernels;
    memory: WebAssembly.Memory;
    plan: Plan;
    counters: number;
    helpers: readonly Worker[];
  }) {
    this.#kernels = options.kernels;
    this.#memory = options.memory;
    this.#plan = options.plan;
    this.#counters = options.counters;
    this.#helpers = options.helpers;
    this.#choice = new ThreadChoice(options.helpers.length + 1);
  }

  /**
   * Starts `threads` − 1 helpers, as many as can be had: where their script is blocked or memory cannot be shared
   * with them, the work is done by fewer.
   */
  static async start(options: {
    module: WebAssembly.Module;
    memory: WebAssembly.Memory;
    plan: Plan;
    counters: number;
    threads: number;
  }): Promise<Team> {
    const { module, memory, plan, counters } = options;
    const kernels = await instantiateKernels(module, memory);
    const starts = Array.from({ length: options.threads - 1 }, (_, i) =>
      startThread({ module, memory, plan: plan.address, thread: i + 1 }),
    );
    const started = await Promise.all(starts);
    // A thread is known by its number, and numbers must have no gap.
    const gap = started.indexOf(undefined);
    const helpers = started.slice(0, gap === -1 ? undefined : gap) as Worker[];
    for (const worker of started.slice(helpers.length)) worker?.terminate();
    return new Team({ kernels, memory, plan, counters, helpers });
  }

  get kernels(): Kernels {
    return this.#kernels;
  }

  get size(): number {
    return this.#helpers.length + 1;
  }

  /** How many were found to be worth while. */
  get threads(): number {
    return this.#choice.chosen;
  }

  /**
   * Computes the layer that the plan describes; returns when all threads are done. `rows` counts those that go
   * through all of it: the fewer they are, the less says the time that it took.
   */
  runLayer(rows: number): void {
    const threads = this.#choice.next(rows);
    this.#plan.set({ threads });
    const words = new Int32Array(this.#memory.buffer);
    words.fill(0, this.#counters / 4, this.#counters / 4 + PHASES);
    this.#job = (this.#job + JOB_STEP) | 0;
    const at = this.#plan.indexOf('job');
    const started = performance.now();
    Atomics.store(words, at, this.#job | threads);
    if (threads > 1) Atomics.notify(words, at);
    this.#kernels.layer(this.#plan.address, 0);
    this.#choice.measured(threads, { rows, milliseconds: performance.now() - started });
  }
}

function startThread(start: ThreadStart): Promise<Worker | undefined> {
  return new Promise((resolve) => {
    const worker = createWorker(threadUrl);
    const settle = (ready: boolean): void => {
      clearTimeout(timer);
      if (!ready) worker.terminate();
      resolve(ready ? worker : undefined);
    };
    const timer = setTimeout(() => settle(false), START_SECONDS * 1000);
    worker.onmessage = () => settle(true);
    worker.onerror = () => settle(false);
    worker.onmessageerror = () => settle(false);
    worker.postMessage(start);
  });
}
