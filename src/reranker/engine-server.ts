import { CaseMatcherError, type CaseMatcherErrorCode, errorToMessage } from '../errors.ts';
import { EngineApi } from './engine-api.ts';
import { endOf } from './locks.ts';
import type {
  Attention,
  CallMessage,
  Endpoint,
  EngineEvent,
  FromEngine,
  Method,
  Result,
  StartMessage,
  ToAll,
  ToEngine,
  ToHost,
} from './protocol.ts';

/** After these the worker's state is not to be trusted. */
const ENGINE_FAILURES: readonly CaseMatcherErrorCode[] = [
  'device-lost',
  'runtime-unavailable',
  'out-of-memory',
];

interface Client {
  readonly endpoint: Endpoint;
  readonly calls: Map<number, AbortController>;
  attention: Attention;
  idleSeconds: number;
}

/** An engine's side of the protocol: many clients, from as many tabs as there are, each with calls of its own. */
export class EngineServer {
  readonly #engine: string;
  readonly #api: EngineApi;
  readonly #host: MessagePort;
  readonly #clients = new Set<Client>();
  #idle: ReturnType<typeof setTimeout> | undefined;
  /** Whether the host has been told to end it: then nobody is let in any more. */
  #ending = false;

  constructor({ engine, start }: StartMessage, host: MessagePort) {
    this.#engine = engine;
    this.#host = host;
    this.#api = new EngineApi(start);
    this.#api.loaded.catch((error: unknown) => {
      this.#tellHost({ kind: 'failed', error: errorToMessage(error) });
    });
  }

  /** Serves a client until it says farewell or `gone` resolves. */
  attach(endpoint: Endpoint, gone?: Promise<void>): void {
    const client: Client = { endpoint, calls: new Map(), attention: 0, idleSeconds: 0 };
    const detach = (): void => this.#detach(client);
    endpoint.onmessage = ({ data }: MessageEvent<ToEngine>) => {
      if (data.kind === 'call') this.#serve(client, data);
      else if (data.kind === 'cancel') client.calls.get(data.id)?.abort();
      else if (data.kind === 'bye' || (data.kind === 'attend' && data.engine !== this.#engine)) detach();
      else if (data.kind === 'attend') {
        client.attention = data.attention;
        client.idleSeconds = data.idleSeconds;
        this.#rest();
      }
    };
    // Which call it was, nobody can say.
    endpoint.onmessageerror = () =>
      this.#break(new CaseMatcherError('worker-crashed', { reason: 'messageerror' }));
    gone?.then(detach);
    this.#clients.add(client);
    this.#send(client, { kind: 'here', engine: this.#engine });
  }

  /** Answers all tabs that ask on the channel, and tells those that wait. */
  listen(name: string): void {
    const all = new BroadcastChannel(name);
    const met = new Set<string>();
    const say = (message: ToAll): void => all.postMessage(message);
    all.onmessage = ({ data }: MessageEvent<ToAll>) => {
      if (this.#ending) return;
      if (data.kind === 'ping') say({ kind: 'pong' });
      else if (data.kind === 'hello' && !met.has(data.client)) {
        met.add(data.client);
        this.attach(new BroadcastChannel(data.client), endOf(data.client));
      }
    };
    say({ kind: 'here', engine: this.#engine });
  }

  #detach(client: Client): void {
    if (!this.#clients.delete(client)) return;
    for (const controller of client.calls.values()) controller.abort();
    client.endpoint.close();
    if (this.#clients.size === 0) this.#endUnused();
    else this.#rest();
  }

  async #serve(client: Client, call: CallMessage): Promise<void> {
    const controller = new AbortController();
    client.calls.set(call.id, controller);
    clearTimeout(this.#idle);
    try {
      const result = await this.#answer(client, call, controller.signal);
      this.#send(client, { kind: 'result', id: call.id, result });
    } catch (error) {
      this.#send(client, { kind: 'error', id: call.id, error: errorToMessage(error) });
      if (isEngineFailure(error)) this.#break(error);
    } finally {
      client.calls.delete(call.id);
      this.#rest();
    }
  }

  #answer(
    client: Client,
    { id, method, argument }: CallMessage,
    signal: AbortSignal,
  ): Promise<Result<Method>> {
    const context = {
      signal,
      emit: (event: EngineEvent<Method>) => this.#send(client, { kind: 'event', id, event }),
      urgency: () => client.attention,
    };
    switch (method) {
      case 'ready':
        return this.#api.ready(argument, context);
      case 'rank':
        return this.#api.rank(argument, context);
      case 'prepare':
        return this.#api.prepare(argument, context);
    }
  }

  #break(error: unknown): void {
    this.#ending = true;
    this.#tellHost({ kind: 'broken', error: errorToMessage(error) });
  }

  #endUnused(): void {
    this.#ending = true;
    this.#tellHost({ kind: 'unused' });
  }

  /** Begins to count the time without a call, where there is none. */
  #rest(): void {
    clearTimeout(this.#idle);
    const clients = [...this.#clients];
    const seconds = Math.max(...clients.map(({ idleSeconds }) => idleSeconds || Number.POSITIVE_INFINITY));
    if (!Number.isFinite(seconds) || clients.some(({ calls }) => calls.size > 0)) return;
    this.#idle = setTimeout(() => this.#endUnused(), seconds * 1000);
  }

  #send(client: Client, message: FromEngine): void {
    // The channel of one that has taken its leave is closed.
    if (this.#clients.has(client)) client.endpoint.postMessage(message);
  }

  #tellHost(message: ToHost): void {
    this.#host.postMessage(message);
  }
}

function isEngineFailure(error: unknown): boolean {
  return error instanceof CaseMatcherError && ENGINE_FAILURES.includes(error.code);
}
