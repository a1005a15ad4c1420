import { Engine, type EngineStart } from './engine.ts';
import type { PrepareArgument, RankArgument, ScoreEvent } from './rank-run.ts';
import { Turns } from './turns.ts';
import type { EngineInfo, LoadProgress } from './types.ts';

/** What a call comes with besides its argument. */
export interface CallContext<Event> {
  readonly signal: AbortSignal;
  readonly emit: (event: Event) => void;
  /** How urgent it is now: see `Attention`. */
  readonly urgency: () => number;
}

/**
 * What pages may ask of an engine, from when it begins to load. The types of the protocol are derived from these
 * methods: an argument that can be cloned, and a context.
 */
export class EngineApi {
  /** Rejects with what loading rejects with. */
  readonly loaded: Promise<Engine>;
  readonly #turns = new Turns();
  readonly #waiting = new Set<(progress: LoadProgress) => void>();
  #progress: LoadProgress | undefined;

  constructor(start: EngineStart) {
    const { signal } = new AbortController();
    const onProgress = (progress: LoadProgress): void => {
      this.#progress = progress;
      for (const emit of this.#waiting) emit(progress);
    };
    this.loaded = Engine.load(start, { signal, onProgress });
  }

  /** Resolves once the engine is loaded; never if it cannot be, which is for its host to tell. */
  async ready(_: undefined, { emit }: CallContext<LoadProgress>): Promise<EngineInfo> {
    this.#waiting.add(emit);
    if (this.#progress !== undefined) emit(this.#progress);
    const engine = await this.loaded.catch(() => new Promise<never>(() => {}));
    this.#waiting.delete(emit);
    return engine.info;
  }

  async rank(argument: RankArgument, { signal, urgency, emit }: CallContext<ScoreEvent>): Promise<void> {
    const engine = await this.loaded;
    await this.#turns.during({ signal, urgency }, (pause) =>
      engine.rank(argument, { signal, pause, onScore: emit }),
    );
  }

  async prepare(argument: PrepareArgument, { signal, urgency }: CallContext<never>): Promise<void> {
    const engine = await this.loaded;
    await this.#turns.during({ signal, urgency }, () => engine.prepare(argument, { signal }));
  }
}
