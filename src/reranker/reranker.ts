import { abortReason, CaseMatcherError } from '../errors.ts';
import { WORKER_URL } from './hosting/own-build.ts';
import { SharedEngine } from './hosting/shared-engine.ts';
import { keepStorage } from './keep-storage.ts';
import { modelAddress } from './model-address.ts';
import { prepareArgument, rankArgument } from './rank-options.ts';
import type { ScoreEvent } from './rank-run.ts';
import { Ranking } from './ranking.ts';
import type {
  LoadOptions,
  PrepareOptions,
  RankedDocument,
  RankOptions,
  RerankDocument,
  RerankerInfo,
} from './types.ts';

/** See `LoadOptions.idleSeconds`. */
const DEFAULT_IDLE_SECONDS = 600;

/** A cross-encoder that runs in this browser: (query, documents) → scores. Usable without any UI. */
export class Reranker {
  readonly #engine: SharedEngine;
  #disposed = false;

  private constructor(engine: SharedEngine) {
    this.#engine = engine;
  }

  /**
   * Loads a model pack or a published export (from IndexedDB where it is stored) and starts the engine in a worker; or
   * joins the one that another tab of this origin has started.
   * With `device: 'auto'` WebGPU is taken if a real adapter passes the self-test (a pack's known answers; that an
   * export agrees with itself), else WASM.
   *
   * Errors: `invalid-input` (the model's address), `network`, `http`, `timeout`, `not-a-model`, `integrity`,
   * `csp-blocked`, `runtime-unavailable`, `device-unavailable`, `out-of-memory`, `self-test-failed`, `worker-crashed`,
   * `crash-loop`; the signal's reason when aborted.
   */
  static async load(options: LoadOptions): Promise<Reranker> {
    const address = modelAddress(options.model, options.exported);
    const device = options.device ?? 'auto';
    if (!['auto', 'webgpu', 'wasm'].includes(device)) {
      throw new CaseMatcherError('invalid-input', { field: 'device', reason: 'auto, webgpu or wasm' });
    }
    const { idleSeconds = DEFAULT_IDLE_SECONDS, retry = false, onProgress, signal } = options;
    if (!(typeof idleSeconds === 'number' && idleSeconds >= 0)) {
      throw new CaseMatcherError('invalid-input', { field: 'idleSeconds', reason: 'a number, not negative' });
    }
    const model = { model: address.url, id: address.id, dtype: options.exported?.dtype };
    const engine = new SharedEngine({
      name: ['case-matcher', WORKER_URL, address.url, model.dtype, device].join(' '),
      model,
      device,
      idleSeconds,
      retry,
      onProgress: (progress) => callHost(() => onProgress?.(progress)),
    });
    try {
      await engine.connect(signal);
    } catch (error) {
      engine.close();
      throw error;
    }
    const reranker = new Reranker(engine);
    void keepStorage(reranker.info);
    return reranker;
  }

  /** What runs where; after a restart, of the engine that runs now. */
  get info(): RerankerInfo {
    return this.#engine.info as RerankerInfo;
  }

  /**
   * Scores every document against the query and returns them best first (ties in the order given).
   * `onScore` is called as each score arrives. An abort takes effect within one run of the model. By default long
   * documents are first read by a passage and only those in full that can be among the best: see `strategy`.
   *
   * No documents give `[]`; a document without text is scored as an empty one. Errors: `invalid-input` (an empty
   * query, a wrong type), `query-too-long`, `worker-crashed`, `device-lost`, `runtime-unavailable`, `disposed`; the
   * signal's reason when aborted. After any of them the next call can succeed.
   */
  async rank(
    query: string,
    documents: readonly RerankDocument[],
    options: RankOptions = {},
  ): Promise<RankedDocument[]> {
    const argument = rankArgument(query, documents, options);
    const { signal, topK, onScore } = options;
    this.#check(signal);
    if (documents.length === 0) return [];
    let ranking = new Ranking(documents);
    const onRestart = (): void => {
      ranking = new Ranking(documents);
    };
    const onEvent = (event: ScoreEvent): void => {
      const ranked = ranking.add(event);
      if (onScore !== undefined) callHost(() => onScore(ranked, event.done, event.total));
    };
    await this.#engine.call('rank', argument, { signal, onEvent, onRestart });
    return ranking.best(topK ?? documents.length);
  }

  /**
   * Computes what all documents of a query share, so that a {@link rank} of the same query and instruction begins
   * with its documents: for while these are still being fetched. Kept until another query comes. Errors: as `rank`.
   */
  async prepare(query: string, options: PrepareOptions = {}): Promise<void> {
    const argument = prepareArgument(query, options);
    this.#check(options.signal);
    await this.#engine.call('prepare', argument, { signal: options.signal, onEvent: () => {} });
  }

  /** Ends the engine, unless other tabs use it, and frees its memory. Pending calls reject with `disposed`. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    this.#engine.close();
  }

  #check(signal: AbortSignal | undefined): void {
    if (signal?.aborted) throw abortReason(signal);
    if (this.#disposed) throw new CaseMatcherError('disposed');
  }
}

/** A host's callback that throws is the host's affair: it is reported as uncaught and the work goes on. */
function callHost(callback: () => void): void {
  try {
    callback();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
