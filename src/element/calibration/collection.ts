import type { Ticket } from '../../tickets/index.ts';
import { type CollectOptions, collectPairs } from './pairs.ts';

type Inputs = Omit<CollectOptions, 'signal' | 'onPairs'>;

interface Options {
  readonly onPairs: (pairs: Parameters<CollectOptions['onPairs']>[0]) => void;
  readonly onChange: () => void;
}

/** Pairs being collected, for one set of tickets at a time: how far that has come, and what went wrong. */
export class Collection {
  readonly #options: Options;
  #running: AbortController | undefined;
  #progress: { readonly done: number; readonly total: number } | undefined;
  #error: unknown;

  constructor(options: Options) {
    this.#options = options;
  }

  /** Tickets that are done with; absent while none are being collected for. */
  get progress(): { readonly done: number; readonly total: number } | undefined {
    return this.#progress;
  }

  /** Why it broke off; undefined where it did not. */
  get error(): unknown {
    return this.#error;
  }

  /** Begins anew. Whatever was being collected stops. */
  start(tickets: readonly Ticket[], inputs: Inputs): void {
    this.stop();
    const running = new AbortController();
    this.#running = running;
    this.#progress = { done: 0, total: tickets.length };
    const end = (error?: unknown) => {
      if (running.signal.aborted) return;
      this.#progress = undefined;
      this.#error = error;
      this.#options.onChange();
    };
    collectPairs(tickets, {
      ...inputs,
      signal: running.signal,
      onPairs: (pairs, done, total) => {
        this.#progress = { done, total };
        this.#options.onPairs(pairs);
        this.#options.onChange();
      },
    }).then(() => end(), end);
  }

  stop(): void {
    this.#running?.abort();
    this.#running = undefined;
    this.#progress = undefined;
    this.#error = undefined;
  }
}
