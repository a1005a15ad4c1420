import { CaseMatcherError } from '../errors.ts';
import type { Reranker } from '../reranker/index.ts';
import { modelAddress } from '../reranker/model-address.ts';
import type { LoadOptions, LoadProgress, RerankerInfo } from '../reranker/types.ts';
import { type EngineLease, leaseEngine } from './engine.ts';
import { Pace } from './pace.ts';

const PROGRESS_MILLISECONDS = 100;

/** What the host asks for. */
export interface EngineChoice {
  readonly model: string;
  /** Server of the models that are named and not given as a URL. */
  readonly host: string | undefined;
  readonly device: NonNullable<LoadOptions['device']>;
  readonly idleSeconds?: number | undefined;
  /** Whether someone wants to have tried again what crashed before. */
  readonly retry?: boolean;
}

/** One element's hold on the engine of the page: at most one at a time, and what is known of it. */
export class EngineSlot {
  readonly #onProgress: (progress: LoadProgress) => void;
  readonly #onSettled: () => void;
  readonly #pace = new Pace(PROGRESS_MILLISECONDS);
  #lease: EngineLease | undefined;
  #key: string | undefined;
  #reranker: Reranker | undefined;
  #progress: LoadProgress | undefined;

  /**
   * @param onProgress called at a calm pace while a model is on its way.
   * @param onSettled called once it is there, or will not come.
   */
  constructor(onProgress: (progress: LoadProgress) => void, onSettled: () => void) {
    this.#onProgress = onProgress;
    this.#onSettled = onSettled;
  }

  /** The engine on its way; undefined before and after. */
  get progress(): LoadProgress | undefined {
    return this.#progress;
  }

  get info(): RerankerInfo | undefined {
    return this.#reranker?.info;
  }

  /** Starts loading unless this very engine is at hand. An address that is none waits for {@link ready} to say so. */
  take({ model, host, device, idleSeconds, retry = false }: EngineChoice): void {
    const exported = host ? { host } : {};
    const url = absolute(model, exported);
    const key = `${device} ${url}`;
    if (this.#key === key && !retry) return;
    this.release();
    if (url === undefined) return;
    const onProgress = (progress: LoadProgress): void => this.#follow(progress);
    const idle = idleSeconds !== undefined && idleSeconds >= 0 ? { idleSeconds } : {};
    const lease = leaseEngine({ model, exported, device, ...idle, retry, onProgress });
    this.#lease = lease;
    this.#key = key;
    lease.ready.then(
      (reranker) => this.#settle(lease, reranker),
      () => this.#settle(lease, undefined),
    );
  }

  #settle(lease: EngineLease, reranker: Reranker | undefined): void {
    if (this.#lease !== lease) return;
    this.#pace.forget();
    this.#progress = undefined;
    this.#reranker = reranker;
    // A failure stays here for `ready` to tell, but the next search asks for a new engine.
    if (!reranker) this.#key = undefined;
    this.#onSettled();
  }

  /** The engine, once loaded. Rejects with a `CaseMatcherError`. */
  async ready(): Promise<Reranker> {
    if (!this.#lease) throw new CaseMatcherError('invalid-input', { field: 'model', reason: 'missing' });
    return this.#lease.ready;
  }

  release(): void {
    this.#lease?.release();
    this.#pace.forget();
    this.#lease = undefined;
    this.#key = undefined;
    this.#reranker = undefined;
    this.#progress = undefined;
  }

  #follow(progress: LoadProgress): void {
    const tell = () => {
      this.#progress = progress;
      this.#onProgress(progress);
    };
    // The last word is never held back.
    if (progress.phase === 'ready') {
      this.#pace.forget();
      tell();
    } else this.#pace.call(tell);
  }
}

function absolute(model: string, exported: LoadOptions['exported']): string | undefined {
  try {
    return modelAddress(model, exported).url;
  } catch {
    return undefined;
  }
}
