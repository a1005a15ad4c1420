import { CaseMatcherError } from '../errors.ts';
import type { Reranker } from '../reranker/index.ts';
import { modelAddress } from '../reranker/model-address.ts';
import type { LoadOptions, LoadProgress } from '../reranker/types.ts';

/** A share in a loaded model. `ready` rejects with a `CaseMatcherError`; `release` may be called once or more. */
export interface EngineLease {
  readonly ready: Promise<Reranker>;
  release(): void;
}

export interface EngineOptions {
  readonly model: string;
  readonly exported?: NonNullable<LoadOptions['exported']>;
  readonly device: NonNullable<LoadOptions['device']>;
  /** Of the first caller. */
  readonly idleSeconds?: number;
  /** Starts an engine anew that tries what crashed before; users of the one at hand keep theirs. */
  readonly retry?: boolean;
  readonly onProgress: (progress: LoadProgress) => void;
}

interface Engine {
  readonly ready: Promise<Reranker>;
  readonly loading: AbortController;
  readonly listeners: Set<(progress: LoadProgress) => void>;
  latest: LoadProgress | undefined;
  timer: ReturnType<typeof setTimeout> | undefined;
}

/** How long an engine outlives its last user, so that moving an element or turning a page does not load twice. */
const GRACE_MILLISECONDS = 30_000;

const engines = new Map<string, Engine>();

/**
 * The page's engine for a model and a device: the first caller loads it, the others share it. An engine that
 * failed to load is forgotten, so the next caller tries anew.
 */
export function leaseEngine({ onProgress, ...options }: EngineOptions): EngineLease {
  const key = `${options.device} ${modelAddress(options.model, options.exported).url}`;
  const engine = (options.retry ? undefined : engines.get(key)) ?? startEngine(key, options);
  clearTimeout(engine.timer);
  engine.listeners.add(onProgress);
  if (engine.latest) onProgress(engine.latest);
  return {
    ready: engine.ready,
    release() {
      if (!engine.listeners.delete(onProgress) || engine.listeners.size > 0) return;
      engine.timer = setTimeout(() => stopEngine(key, engine), GRACE_MILLISECONDS);
    },
  };
}

function startEngine(key: string, options: Omit<EngineOptions, 'onProgress'>): Engine {
  const loading = new AbortController();
  const listeners = new Set<(progress: LoadProgress) => void>();
  const onProgress = (progress: LoadProgress) => {
    engine.latest = progress;
    for (const listener of listeners) listener(progress);
  };
  const ready = load({ ...options, onProgress, signal: loading.signal });
  const engine: Engine = { ready, loading, listeners, latest: undefined, timer: undefined };
  engines.set(key, engine);
  ready.catch(() => {
    if (engines.get(key) === engine) engines.delete(key);
  });
  return engine;
}

function stopEngine(key: string, engine: Engine): void {
  if (engines.get(key) === engine) engines.delete(key);
  engine.loading.abort();
  engine.ready.then(
    (reranker) => reranker.dispose(),
    () => {},
  );
}

async function load(options: LoadOptions): Promise<Reranker> {
  const { Reranker } = await import('../reranker/index.ts').catch((cause: unknown) => {
    throw new CaseMatcherError('network', { what: 'engine' }, { cause });
  });
  return Reranker.load(options);
}
