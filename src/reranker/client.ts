import { abortReason, CaseMatcherError, errorFromMessage } from '../errors.ts';
import { createWorker } from './create-worker.ts';
import type { Argument, EngineEvent, FromWorker, Method, Result, ToWorker } from './protocol.ts';
import workerUrl from './worker.ts?worker&url';

/** A worker script that is blocked or gone fires no event in some browsers; then the handshake never comes. */
const HANDSHAKE_SECONDS = 30;

interface Pending {
  readonly resolve: (result: Result<Method>) => void;
  readonly reject: (error: unknown) => void;
  readonly onEvent: (event: EngineEvent<Method>) => void;
}

export interface CallOptions<M extends Method> {
  readonly signal?: AbortSignal | undefined;
  readonly onEvent: (event: EngineEvent<M>) => void;
}

/**
 * The page's end of the engine's worker. When the worker dies, every pending call rejects with `worker-crashed` and
 * the client is closed for good: its owner starts another.
 */
export class EngineClient {
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  #nextId = 0;
  #failure: CaseMatcherError | undefined;

  private constructor(worker: Worker) {
    this.#worker = worker;
  }

  /** Starts a worker and waits until it listens. Errors: `worker-crashed`; the signal's reason. */
  static start(options: { signal?: AbortSignal | undefined }): Promise<EngineClient> {
    return new Promise((resolve, reject) => {
      const worker = createWorker(workerUrl);
      const client = new EngineClient(worker);
      const { signal } = options;
      const settle = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
      };
      const fail = (error: unknown): void => {
        settle();
        client.close();
        reject(error);
      };
      const abort = (): void => fail(abortReason(signal as AbortSignal));
      const timer = setTimeout(
        () => fail(new CaseMatcherError('worker-crashed', { reason: 'silent', seconds: HANDSHAKE_SECONDS })),
        HANDSHAKE_SECONDS * 1000,
      );
      const crash = (event: Event): void => {
        const error = new CaseMatcherError('worker-crashed', crashDetails(event));
        client.#close(error);
        fail(error);
      };
      worker.onerror = crash;
      worker.onmessageerror = crash;
      worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
        if (data.kind !== 'ready') {
          client.#receive(data);
          return;
        }
        settle();
        resolve(client);
      };
      signal?.addEventListener('abort', abort);
      if (signal?.aborted) abort();
    });
  }

  get closed(): boolean {
    return this.#failure !== undefined;
  }

  call<M extends Method>(method: M, argument: Argument<M>, options: CallOptions<M>): Promise<Result<M>> {
    const { signal } = options;
    return new Promise<Result<Method>>((resolve, reject) => {
      if (this.#failure !== undefined) throw this.#failure;
      if (signal?.aborted) throw abortReason(signal);
      const id = this.#nextId++;
      const abort = (): void => {
        this.#pending.delete(id);
        this.#post({ kind: 'cancel', id });
        reject(abortReason(signal as AbortSignal));
      };
      const settled = (): void => signal?.removeEventListener('abort', abort);
      signal?.addEventListener('abort', abort);
      this.#pending.set(id, {
        resolve: (result) => {
          settled();
          resolve(result);
        },
        reject: (error) => {
          settled();
          reject(error);
        },
        onEvent: options.onEvent as Pending['onEvent'],
      });
      this.#post({ kind: 'call', id, method, argument } as ToWorker);
    }) as Promise<Result<M>>;
  }

  /** Ends the worker, which frees all its memory; pending calls reject with `disposed`. */
  close(): void {
    this.#close(new CaseMatcherError('disposed'));
  }

  #close(failure: CaseMatcherError): void {
    if (this.#failure !== undefined) return;
    this.#failure = failure;
    this.#worker.terminate();
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const call of pending) call.reject(failure);
  }

  #post(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  #receive(message: Exclude<FromWorker, { kind: 'ready' }>): void {
    const call = this.#pending.get(message.id);
    if (call === undefined) return;
    if (message.kind === 'event') {
      call.onEvent(message.event);
      return;
    }
    this.#pending.delete(message.id);
    if (message.kind === 'result') call.resolve(message.result);
    else call.reject(errorFromMessage(message.error));
  }
}

/** Where it broke; never the message, which may quote data. */
function crashDetails(event: Event): { file?: string; line?: number } {
  if (!(event instanceof ErrorEvent) || !event.filename) return {};
  return { file: event.filename, line: event.lineno };
}
