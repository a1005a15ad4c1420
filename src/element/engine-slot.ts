import { CaseMatcherError } from '../errors.ts';
import type { Reranker } from '../reranker/index.ts';
import type { LoadOptions, LoadProgress, RerankerInfo } from '../reranker/types.ts';
import { type EngineLease, leaseEngine } from './engine.ts';
import { Pace } from './pace.ts';

const PROGRESS_MILLISECONDS = 100;

/** One element's hold on the engine of the page: at most one at a time, and what is known of it. */
export class EngineSlot {
  readonly #onProgress: (progress: LoadProgress) => void;
  readonly #pace = new Pace(PROGRESS_MILLISECONDS);
  #lease: EngineLease | undefined;
  #key: string | undefined;
  #reranker: Reranker | undefined;
  #progress: LoadProgress | undefined;

  /** @param onProgress called at a calm pace while a model is on its way. */
  constructor(onProgress: (progress: LoadProgress) => void) {
    this.#onProgress = onProgress;
  }

  /** The engine on its way; undefined before and after. */
  get progress(): LoadProgress | undefined {
    return this.#reranker ? undefined : this.#progress;
  }

  get info(): RerankerInfo | undefined {
    return this.#reranker?.info;
  }

  /** Starts loading unless this very engine is at hand. An address that is none waits for {@link ready} to say so. */
  take(model: string, device: NonNullable<LoadOptions['device']>): void {
    const url = absolute(model);
    const key = `${device} ${url}`;
    if (this.#key === key) return;
    this.release();
    if (url === undefined) return;
    const lease = leaseEngine({ model: url, device, onProgress: (progress) => this.#follow(progress) });
    this.#lease = lease;
    this.#key = key;
    // The failure stays here for `ready` to tell, but the next search asks for a new engine.
    lease.ready.catch(() => {
      if (this.#lease === lease) this.#key = undefined;
    });
  }

  /** The engine, once loaded. Rejects with a `CaseMatcherError`. */
  async ready(): Promise<Reranker> {
    const lease = this.#lease;
    if (!lease) throw new CaseMatcherError('invalid-input', { field: 'model', reason: 'missing' });
    const reranker = await lease.ready;
    if (lease === this.#lease) this.#reranker = reranker;
    return reranker;
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
    this.#pace.call(() => {
      this.#progress = progress;
      this.#onProgress(progress);
    });
  }
}

function absolute(url: string): string | undefined {
  try {
    return new URL(url, document.baseURI).href;
  } catch {
    return undefined;
  }
}
