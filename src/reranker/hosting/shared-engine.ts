import {
  abortReason,
  CaseMatcherError,
  type CaseMatcherErrorCode,
  errorFromMessage,
  errorToMessage,
} from '../../errors.ts';
import { type CallOptions, EngineClient, EngineGone } from '../client.ts';
import type { EngineStart } from '../engine.ts';
import { canLock, endOf, holdLock } from '../locks.ts';
import type { Argument, Method, Result, ToAll } from '../protocol.ts';
import type { EngineInfo, LoadOptions, LoadProgress, RerankerInfo } from '../types.ts';
import { currentAttention, onAttentionChange } from './attention.ts';
import { hostEngine } from './host.ts';
import { newName } from './new-name.ts';
import { Silence } from './silence.ts';

/** Times that a call is asked again after engines broke under it. One that ended in good order does not count. */
const MOST_FAULTS = 2;

/** An engine's lock may be free before its host's word arrives that this was in good order. */
const LAST_WORD_MILLISECONDS = 500;

/** After these a call is worth to be asked again, of another engine. */
const ENGINE_FAILURES: readonly CaseMatcherErrorCode[] = [
  'device-lost',
  'runtime-unavailable',
  'out-of-memory',
];

/** Failures to start that may come from the host's page, so that another tab has to see for itself. */
const PAGE_FAILURES: readonly CaseMatcherErrorCode[] = [
  'csp-blocked',
  'runtime-unavailable',
  'worker-crashed',
];

export interface SharedEngineOptions {
  /** All that give the same name share an engine. */
  readonly name: string;
  readonly model: Pick<EngineStart, 'model' | 'id' | 'dtype'>;
  readonly device: NonNullable<LoadOptions['device']>;
  readonly idleSeconds: number;
  readonly retry: boolean;
  readonly onProgress: (progress: LoadProgress) => void;
}

export interface SharedCallOptions<M extends Method> extends CallOptions<M> {
  /** The engine has ended under the call, which begins anew with another one. */
  readonly onRestart?: () => void;
}

interface Connection {
  readonly client: EngineClient;
  readonly info: RerankerInfo;
}

/** A client by a channel of its own, and the engine that has answered it. */
interface Guest {
  readonly id: string;
  readonly client: EngineClient;
  engine: string | undefined;
}

/** Whoever is waiting for a connection. */
interface Search {
  readonly started: number;
  readonly resolve: (connection: Connection) => void;
  readonly reject: (error: unknown) => void;
  /** Aborted once there is a connection: then this tab need not host. */
  readonly standing: AbortController;
}

/**
 * One engine for all tabs of an origin, as one of them sees it. Whoever needs it says hello to all, and stands in line
 * for the lock of its name: the one who gets that hosts the engine, the others are answered by it. When it ends, those
 * who need it do the same again; their calls are asked again, and their callers notice a pause.
 *
 * Without Web Locks each has an engine of its own.
 */
export class SharedEngine {
  readonly #options: SharedEngineOptions;
  readonly #silence = new Silence({
    ask: () => this.#say({ kind: 'ping' }),
    giveUp: () => this.#takeOver(),
  });
  readonly #stopAttending: () => void;
  #retry: boolean;

  #search: Search | undefined;
  #connecting: Promise<Connection> | undefined;
  #connection: Connection | undefined;
  #info: RerankerInfo | undefined;
  /** The client that was last in touch with an engine. */
  #met: EngineClient | undefined;
  #attend: () => void = () => {};
  #calls = 0;

  /** The channel of all tabs. */
  #all: BroadcastChannel | undefined;
  /** This tab as a client of an engine in another one. */
  #guest: Guest | undefined;
  /** While this tab hosts an engine; to be aborted when it must not any longer. */
  #hosting: AbortController | undefined;
  /** While the page is gone, perhaps to come back. */
  #away: Promise<unknown> | undefined;
  #disposed = false;

  constructor(options: SharedEngineOptions) {
    this.#options = options;
    this.#retry = options.retry;
    this.#stopAttending = onAttentionChange(() => this.#attend());
    globalThis.addEventListener('pagehide', this.#leave);
  }

  /** Of the latest engine. */
  get info(): RerankerInfo | undefined {
    return this.#info;
  }

  /** Sees to it that there is an engine. Errors: those of loading, `disposed`; the signal's reason. */
  async connect(signal?: AbortSignal): Promise<Connection> {
    if (this.#disposed) throw new CaseMatcherError('disposed');
    if (this.#connection !== undefined && !this.#connection.client.isGone) return this.#connection;
    this.#connecting ??= this.#find().finally(() => {
      this.#connecting = undefined;
    });
    return abortable(this.#connecting, signal);
  }

  /** Asks an engine, and another one where that ends meanwhile. Errors: those of the call and of {@link connect}. */
  async call<M extends Method>(
    method: M,
    argument: Argument<M>,
    options: SharedCallOptions<M>,
  ): Promise<Result<M>> {
    this.#calls++;
    try {
      for (let faults = 0; ; ) {
        const { client } = await this.connect(options.signal);
        this.#watch();
        try {
          return await client.call(method, argument, options);
        } catch (error) {
          const fault = faultOf(error);
          if (this.#disposed) throw new CaseMatcherError('disposed');
          if (fault !== undefined && ++faults > MOST_FAULTS) throw fault;
          // Its host may not have ended it yet.
          client.close();
          options.onRestart?.();
        }
      }
    } finally {
      this.#calls--;
      this.#watch();
    }
  }

  /** Takes leave. An engine that is hosted here ends once no other tab needs it. Pending calls reject with `disposed`. */
  close(): void {
    this.#disposed = true;
    this.#stopAttending();
    this.#search?.reject(new CaseMatcherError('disposed'));
    this.#met?.close();
    this.#guest?.client.close();
    if (this.#hosting === undefined) this.#retire();
  }

  #retire(): void {
    globalThis.removeEventListener('pagehide', this.#leave);
    this.#all?.close();
    this.#all = undefined;
  }

  readonly #leave = (): void => {
    this.#away = new Promise((resolve) => globalThis.addEventListener('pageshow', resolve, { once: true }));
    this.#away.then(() => this.#seek());
    this.#hosting?.abort();
    this.#guest?.client.close();
  };

  async #find(): Promise<Connection> {
    const shared = await canLock();
    const connection = new Promise<Connection>((resolve, reject) => {
      this.#search = { started: performance.now(), resolve, reject, standing: new AbortController() };
    });
    try {
      if (this.#disposed) throw new CaseMatcherError('disposed');
      if (shared) this.#seek();
      else this.#host(new AbortController(), { shared: false });
      return await connection;
    } finally {
      this.#search?.standing.abort();
      this.#search = undefined;
      this.#watch();
    }
  }

  /** Looks for the engine in both ways at once; the first that leads to one is taken. */
  async #seek(): Promise<void> {
    await this.#away;
    if (this.#search === undefined || this.#hosting !== undefined) return;
    this.#listen();
    this.#stand();
    this.#greet();
    this.#watch();
  }

  #listen(): void {
    if (this.#all !== undefined) return;
    this.#all = new BroadcastChannel(this.#options.name);
    this.#all.onmessage = ({ data }: MessageEvent<ToAll>) => {
      switch (data.kind) {
        case 'ping':
          if (this.#hosting) this.#say({ kind: 'pong' });
          return;
        case 'pong':
          this.#silence.heard();
          return;
        case 'here':
          this.#silence.heard();
          // Of two engines the later one is right: the host of the other has been given up.
          if (this.#guest?.engine !== undefined && this.#guest.engine !== data.engine)
            this.#guest.client.close();
          if (this.#search && !this.#hosting) this.#greet();
          return;
        case 'ended':
          if (this.#guest?.engine === data.engine) this.#guest.client.close();
          return;
        case 'failed':
          if (!this.#hosting) this.#search?.reject(errorFromMessage(data.error));
          return;
      }
    };
  }

  /** Says hello to the engine that is there, if there is one. */
  async #greet(): Promise<void> {
    if (this.#guest === undefined || this.#guest.client.isGone) {
      const id = newName(this.#options.name);
      const client = new EngineClient(new BroadcastChannel(id), () => this.#silence.heard());
      const guest: Guest = { id, client, engine: undefined };
      this.#guest = guest;
      client.here.then((engine) => {
        guest.engine = engine;
        this.#meet(client, engine, { tab: 'another', shared: true });
      });
      // Once this is free the engine knows that nobody listens any more.
      await holdLock(id, client.gone);
    }
    if (this.#guest.engine === undefined) this.#say({ kind: 'hello', client: this.#guest.id });
  }

  /** Stands in line to host the engine. */
  #stand(): void {
    const hosting = new AbortController();
    const signal = this.#search?.standing.signal as AbortSignal;
    const granted = async (): Promise<void> => {
      if (!signal.aborted) await this.#host(hosting, { shared: true });
    };
    // Rejects when there is a connection, or later, when another tab has taken the lock away.
    navigator.locks.request(this.#options.name, { signal }, granted).catch(() => hosting.abort());
  }

  /** The host has fallen silent: hosts the engine in its place. */
  #takeOver(): void {
    const hosting = new AbortController();
    const granted = (): Promise<void> => this.#host(hosting, { shared: true });
    navigator.locks.request(this.#options.name, { steal: true }, granted).catch(() => hosting.abort());
    this.#guest?.client.close();
  }

  /** Resolves when hosting has ended. */
  async #host(hosting: AbortController, { shared }: { shared: boolean }): Promise<void> {
    const { name, model, device } = this.#options;
    const retry = this.#retry;
    this.#retry = false;
    this.#hosting = hosting;
    this.#watch();
    try {
      await hostEngine({
        name,
        shared,
        model,
        device,
        retry,
        signal: hosting.signal,
        onEngine: (client, engine) => this.#meet(client, engine, { tab: 'this', shared }),
        onEnd: (engine) => this.#say({ kind: 'ended', engine }),
      });
    } catch (error) {
      const ofThisPage = error instanceof CaseMatcherError && PAGE_FAILURES.includes(error.code);
      if (!ofThisPage) this.#say({ kind: 'failed', error: errorToMessage(error) });
      this.#search?.reject(error);
    } finally {
      if (this.#hosting === hosting) this.#hosting = undefined;
      if (this.#disposed) this.#retire();
      else if (shared) this.#seek();
      this.#watch();
    }
  }

  /** An engine listens: once it is loaded, it is the one for this tab. */
  #meet(client: EngineClient, engine: string, place: Pick<RerankerInfo, 'tab' | 'shared'>): void {
    if (this.#disposed) {
      client.close();
      return;
    }
    this.#met = client;
    const attend = (): void => client.attend(engine, currentAttention(), this.#options.idleSeconds);
    attend();
    if (place.tab === 'another') {
      const watching = new AbortController();
      client.gone.then(() => watching.abort());
      endOf(engine, watching.signal).then(
        () => setTimeout(() => client.close(new CaseMatcherError('worker-crashed')), LAST_WORD_MILLISECONDS),
        () => {},
      );
    }
    client.call('ready', undefined, { onEvent: this.#options.onProgress }).then(
      (info) => {
        this.#attend = attend;
        this.#settle(client, info, place);
      },
      () => {
        if (this.#search && !this.#hosting) this.#greet();
      },
    );
  }

  #settle(client: EngineClient, info: EngineInfo, place: Pick<RerankerInfo, 'tab' | 'shared'>): void {
    if (this.#retry && info.fallbacks.some(({ code }) => code === 'crash-loop')) {
      // The others go over to the new one.
      this.#takeOver();
      return;
    }
    if (place.tab === 'this') this.#guest?.client.close();
    const started = this.#search?.started ?? performance.now();
    this.#info = { ...info, ...place, loadMilliseconds: performance.now() - started };
    this.#connection = { client, info: this.#info };
    this.#search?.resolve(this.#connection);
  }

  #say(message: ToAll): void {
    this.#all?.postMessage(message);
  }

  /** While it depends on another tab, this one looks whether that is still there. */
  #watch(): void {
    const depends = this.#calls > 0 || this.#search !== undefined;
    if (depends && this.#all !== undefined && this.#hosting === undefined) this.#silence.watch();
    else this.#silence.rest();
  }
}

/** What broke the engine under a call; undefined where it ended in good order. Rethrows what is an answer. */
function faultOf(error: unknown): CaseMatcherError | undefined {
  if (error instanceof EngineGone) return error.cause;
  if (error instanceof CaseMatcherError && ENGINE_FAILURES.includes(error.code)) return error;
  throw error;
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
