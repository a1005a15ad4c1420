import type { ErrorMessage } from '../errors.ts';
import type { Device, ExportedDtype } from '../weights/index.ts';
import type { LoadProgress, RankStage, RankStrategy, RerankerInfo } from './types.ts';

/** What the engine in the worker can be asked for: types only, from which both sides derive theirs. */
export interface EngineApi {
  load: {
    argument: {
      /** Absolute URL. */
      readonly model: string;
      /** Of an export that was named by it. */
      readonly id: string | undefined;
      readonly dtype: ExportedDtype | undefined;
      readonly device: Device;
    };
    event: LoadProgress;
    result: EngineInfo;
  };
  rank: {
    argument: {
      readonly query: string;
      readonly texts: readonly string[];
      readonly instruction?: string;
      readonly maxDocumentTokens: number;
      readonly strategy: RankStrategy;
      readonly passageTokens: number;
      readonly settle: number;
      readonly caution: number;
      readonly remember: boolean;
    };
    event: ScoreEvent;
    result: undefined;
  };
  /** Computes what all documents of a query share, before they are known. */
  prepare: {
    argument: { readonly query: string; readonly instruction?: string };
    event: never;
    result: undefined;
  };
}

export interface ScoreEvent {
  /** Index into `texts`. */
  readonly index: number;
  readonly logit: number;
  readonly truncated: boolean;
  readonly stage: RankStage;
  readonly tokens: number;
  /** Readings made, and readings that will be made as far as is known. */
  readonly done: number;
  readonly total: number;
}

/** What the engine knows of itself; the page adds what it tried before. */
export type EngineInfo = Omit<RerankerInfo, 'fallbacks' | 'loadMilliseconds'>;

export type Method = keyof EngineApi;
export type Argument<M extends Method> = EngineApi[M]['argument'];
export type EngineEvent<M extends Method> = EngineApi[M]['event'];
export type Result<M extends Method> = EngineApi[M]['result'];

export type CallMessage = {
  [M in Method]: { kind: 'call'; id: number; method: M; argument: Argument<M> };
}[Method];

export type ToWorker = CallMessage | { kind: 'cancel'; id: number };

export type FromWorker =
  | { kind: 'ready' }
  | { kind: 'event'; id: number; event: EngineEvent<Method> }
  | { kind: 'result'; id: number; result: Result<Method> }
  | { kind: 'error'; id: number; error: ErrorMessage };
