import type { ErrorDetails, ErrorMessage } from '../errors.ts';
import type { EngineStart } from './engine.ts';
import type { CallContext, EngineApi } from './engine-api.ts';

type Api = Pick<EngineApi, 'ready' | 'rank' | 'prepare'>;
export type Method = keyof Api;
export type Argument<M extends Method> = Parameters<Api[M]>[0];
export type Result<M extends Method> = Awaited<ReturnType<Api[M]>>;
type Events = { [M in Method]: Parameters<Api[M]>[1] extends CallContext<infer Event> ? Event : never };
export type EngineEvent<M extends Method> = Events[M];

/** What a `MessagePort` and a `BroadcastChannel` have in common. Between two ends only one of them may be in use. */
export interface Endpoint {
  postMessage(message: unknown): void;
  onmessage: ((event: MessageEvent) => void) | null;
  onmessageerror: ((event: MessageEvent) => void) | null;
  close(): void;
}

/** How near a client's tab is to the agent: in the background, in sight, with the focus. */
export type Attention = 0 | 1 | 2;

export type CallMessage = {
  [M in Method]: { kind: 'call'; id: number; method: M; argument: Argument<M> };
}[Method];

/** From a client to its engine. */
export type ToEngine =
  | CallMessage
  | { kind: 'cancel'; id: number }
  /** First of all, and whenever something changes. To another engine than the one that is named it is a farewell. */
  | { kind: 'attend'; engine: string; attention: Attention; idleSeconds: number }
  | { kind: 'bye' };

/** From an engine to a client. */
export type FromEngine =
  /** First of all: it listens. */
  | { kind: 'here'; engine: string }
  | { kind: 'event'; id: number; event: EngineEvent<Method> }
  | { kind: 'result'; id: number; result: Result<Method> }
  | { kind: 'error'; id: number; error: ErrorMessage };

/** To all tabs that want the same engine, on the channel of its name. */
export type ToAll =
  /** A client asks the engine to open the client's own channel, if it is there. */
  | { kind: 'hello'; client: string }
  /** An engine listens from now on. */
  | { kind: 'here'; engine: string }
  /** The host has ended an engine in good order. */
  | { kind: 'ended'; engine: string }
  /** The host could start none. */
  | { kind: 'failed'; error: ErrorMessage }
  /** Is there anyone? Answered by the engine and by its host. */
  | { kind: 'ping' }
  | { kind: 'pong' };

/** From a host to a new worker, with two ports: the host's own, and one for the host as a client. */
export interface StartMessage {
  readonly kind: 'start';
  /** URL of the worker's script: a frame from a cache may be of an older build. */
  readonly worker: string;
  /** Its name: no other has it, and it holds a lock of this name for its life. */
  readonly engine: string;
  /** The channel of the tabs that share it; undefined where it is the host's alone. */
  readonly channel: string | undefined;
  readonly start: EngineStart;
}

/** From an engine to its host. */
export type ToHost =
  /** It could not be loaded. */
  | { kind: 'failed'; error: ErrorMessage }
  /** Nobody is there for whom it would be needed, or was for long. */
  | { kind: 'unused' }
  /** A call has failed so that its state cannot be trusted. */
  | { kind: 'broken'; error: ErrorMessage };

/** From the engine's frame to the page around it. */
export type FrameMessage =
  | { kind: 'case-matcher-frame'; isolated: boolean }
  | { kind: 'case-matcher-crashed'; details: ErrorDetails };
