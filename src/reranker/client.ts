import { abortReason, CaseMatcherError, errorFromMessage } from '../errors.ts';
import type {
  Argument,
  Attention,
  Endpoint,
  EngineEvent,
  FromEngine,
  Method,
  Result,
  ToEngine,
} from './protocol.ts';

interface Pending {
  readonly resolve: (result: Result<Method>) => void;
  readonly reject: (error: unknown) => void;
  readonly onEvent: (event: EngineEvent<Method>) => void;
}

export interface CallOptions<M extends Method> {
  readonly signal?: AbortSignal | undefined;
  readonly onEvent: (event: EngineEvent<M>) => void;
}

/** Why a call has no answer although it may have been sound: the engine is no more. `cause` where that was a fault. */
export class EngineGone extends Error {
  override readonly cause: CaseMatcherError | undefined;

  constructor(cause?: CaseMatcherError) {
    super('The engine has ended');
    this.cause = cause;
  }
}

/** A page's end of the way to one engine. When the engine ends, every pending call rejects with {@link EngineGone}. */
export class EngineClient {
  /** Resolves to the engine's name, once it listens. */
  readonly here: Promise<string>;
  /** Resolves once the client is closed. */
  readonly gone: Promise<void>;
  readonly #endpoint: Endpoint;
  readonly #pending = new Map<number, Pending>();
  #nextId = 0;
  #gone: EngineGone | undefined;
  #resolveGone: () => void = () => {};

  /** @param onHeard called whenever the engine has said something. */
  constructor(endpoint: Endpoint, onHeard: () => void = () => {}) {
    this.#endpoint = endpoint;
    endpoint.onmessageerror = () =>
      this.close(new CaseMatcherError('worker-crashed', { reason: 'messageerror' }));
    this.gone = new Promise((resolve) => {
      this.#resolveGone = resolve;
    });
    this.here = new Promise((resolve) => {
      endpoint.onmessage = ({ data }: MessageEvent<FromEngine>) => {
        onHeard();
        if (data.kind === 'here') resolve(data.engine);
        else this.#receive(data);
      };
    });
  }

  get isGone(): boolean {
    return this.#gone !== undefined;
  }

  attend(engine: string, attention: Attention, idleSeconds: number): void {
    this.#post({ kind: 'attend', engine, attention, idleSeconds });
  }

  call<M extends Method>(method: M, argument: Argument<M>, options: CallOptions<M>): Promise<Result<M>> {
    const { signal } = options;
    return new Promise<Result<Method>>((resolve, reject) => {
      if (signal?.aborted) throw abortReason(signal);
      if (this.#gone !== undefined) throw this.#gone;
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
      this.#post({ kind: 'call', id, method, argument } as ToEngine);
    }) as Promise<Result<M>>;
  }

  /** Takes leave of the engine. Pending calls reject with {@link EngineGone}, and its cause. */
  close(cause?: CaseMatcherError): void {
    if (this.#gone !== undefined) return;
    this.#post({ kind: 'bye' });
    this.#gone = new EngineGone(cause);
    this.#endpoint.close();
    this.#resolveGone();
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const call of pending) call.reject(this.#gone);
  }

  #post(message: ToEngine): void {
    if (this.#gone === undefined) this.#endpoint.postMessage(message);
  }

  #receive(message: Exclude<FromEngine, { kind: 'here' }>): void {
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
