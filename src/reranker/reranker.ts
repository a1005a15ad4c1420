import { abortReason, CaseMatcherError, type CaseMatcherErrorCode, isAbort } from '../errors.ts';
import type { Device } from '../weights/index.ts';
import { type CallOptions, EngineClient } from './client.ts';
import { planDevices } from './device.ts';
import { keepStorage } from './keep-storage.ts';
import { type ModelAddress, modelAddress } from './model-address.ts';
import type { Argument, Method, Result, ScoreEvent } from './protocol.ts';
import { prepareArgument, rankArgument } from './rank-options.ts';
import { Ranking } from './ranking.ts';
import type {
  LoadOptions,
  PrepareOptions,
  RankedDocument,
  RankOptions,
  RerankDocument,
  RerankerInfo,
} from './types.ts';

/** After these the next device is worth a try; anything else (network, integrity) would fail there as well. */
const DEVICE_FAILURES: readonly CaseMatcherErrorCode[] = [
  'device-unavailable',
  'device-lost',
  'runtime-unavailable',
  'self-test-failed',
  'worker-crashed',
];

/** After these the worker's state is not to be trusted; the next call starts a new one. */
const ENGINE_FAILURES: readonly CaseMatcherErrorCode[] = [
  'worker-crashed',
  'device-lost',
  'runtime-unavailable',
];

interface Engine {
  readonly client: EngineClient;
  readonly info: RerankerInfo;
}

/** A cross-encoder that runs in this browser: (query, documents) → scores. Usable without any UI. */
export class Reranker {
  readonly #options: ResolvedOptions;
  #engine: Engine | undefined;
  #starting: Promise<Engine> | undefined;
  #info: RerankerInfo;
  #disposed = false;

  private constructor(options: ResolvedOptions, engine: Engine) {
    this.#options = options;
    this.#engine = engine;
    this.#info = engine.info;
  }

  /**
   * Loads a model pack or a published export (from IndexedDB where it is stored) and starts the engine in a worker.
   * With `device: 'auto'` WebGPU is taken if a real adapter passes the self-test (a pack's known answers; that an
   * export agrees with itself), else WASM.
   *
   * Errors: `invalid-input` (the model's address), `network`, `http`, `timeout`, `not-a-model`, `integrity`,
   * `csp-blocked`, `runtime-unavailable`, `device-unavailable`, `self-test-failed`, `worker-crashed`; the signal's
   * reason when aborted.
   */
  static async load(options: LoadOptions): Promise<Reranker> {
    const address = modelAddress(options.model, options.exported);
    const device = options.device ?? 'auto';
    if (!['auto', 'webgpu', 'wasm'].includes(device)) {
      throw new CaseMatcherError('invalid-input', { field: 'device', reason: 'auto, webgpu or wasm' });
    }
    const resolved = { ...options, address, device };
    const reranker = new Reranker(resolved, await startEngine(resolved));
    void keepStorage(reranker.info);
    return reranker;
  }

  /** What runs where; after a restart, of the engine that runs now. */
  get info(): RerankerInfo {
    return this.#info;
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
    const ranking = new Ranking(documents);
    const onEvent = (event: ScoreEvent): void => {
      const ranked = ranking.add(event);
      if (onScore !== undefined) callHost(() => onScore(ranked, event.done, event.total));
    };
    await this.#call('rank', argument, { signal, onEvent });
    return ranking.best(topK ?? documents.length);
  }

  /**
   * Computes what all documents of a query share, so that a {@link rank} of the same query and instruction begins
   * with its documents: for while these are still being fetched. Kept until another query comes. Errors: as `rank`.
   */
  async prepare(query: string, options: PrepareOptions = {}): Promise<void> {
    const argument = prepareArgument(query, options);
    this.#check(options.signal);
    await this.#call('prepare', argument, { signal: options.signal, onEvent: () => {} });
  }

  /** Ends the worker and frees its memory. Pending calls reject with `disposed`. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    this.#engine?.client.close();
    this.#engine = undefined;
  }

  #check(signal: AbortSignal | undefined): void {
    if (signal?.aborted) throw abortReason(signal);
    if (this.#disposed) throw new CaseMatcherError('disposed');
  }

  async #call<M extends Method>(
    method: M,
    argument: Argument<M>,
    options: CallOptions<M>,
  ): Promise<Result<M>> {
    const { client } = await this.#running(options.signal);
    try {
      return await client.call(method, argument, options);
    } catch (error) {
      if (isEngineFailure(error)) this.#drop(client);
      throw error;
    }
  }

  /** The engine, started again if it died; one start serves all who wait for it. */
  async #running(signal: AbortSignal | undefined): Promise<Engine> {
    if (this.#engine !== undefined && !this.#engine.client.closed) return this.#engine;
    this.#starting ??= startEngine({ ...this.#options, signal: undefined }).finally(() => {
      this.#starting = undefined;
    });
    const engine = await abortable(this.#starting, signal);
    if (this.#disposed) {
      engine.client.close();
      throw new CaseMatcherError('disposed');
    }
    this.#engine = engine;
    this.#info = engine.info;
    return engine;
  }

  #drop(client: EngineClient): void {
    client.close();
    if (this.#engine?.client === client) this.#engine = undefined;
  }
}

type ResolvedOptions = Omit<LoadOptions, 'signal'> & {
  readonly address: ModelAddress;
  readonly signal?: AbortSignal | undefined;
};

/** Tries the planned devices one after another, each in a worker of its own. */
async function startEngine(options: ResolvedOptions): Promise<Engine> {
  const started = performance.now();
  const { signal, onProgress } = options;
  const { devices, skipped } = await planDevices(options.device ?? 'auto');
  const fallbacks = [...skipped];
  for (const [index, device] of devices.entries()) {
    try {
      const { client, engineInfo } = await startOn(device, options);
      const loadMilliseconds = performance.now() - started;
      return { client, info: { ...engineInfo, fallbacks, loadMilliseconds } };
    } catch (error) {
      const last = index === devices.length - 1;
      if (last || !(error instanceof CaseMatcherError) || !DEVICE_FAILURES.includes(error.code)) throw error;
      fallbacks.push({ device, code: error.code, reason: String(error.details.reason ?? error.code) });
    }
  }
  throw new CaseMatcherError('device-unavailable', { device: options.device ?? 'auto' });

  async function startOn(device: Device, { address, exported }: ResolvedOptions) {
    const client = await EngineClient.start({ signal });
    try {
      const engineInfo = await client.call(
        'load',
        { model: address.url, id: address.id, dtype: exported?.dtype, device },
        { signal, onEvent: (progress) => callHost(() => onProgress?.(progress)) },
      );
      return { client, engineInfo };
    } catch (error) {
      client.close();
      throw error;
    }
  }
}

function isEngineFailure(error: unknown): boolean {
  return !isAbort(error) && error instanceof CaseMatcherError && ENGINE_FAILURES.includes(error.code);
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

function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(abortReason(signal));
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort);
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
