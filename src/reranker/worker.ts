import { CaseMatcherError, errorToMessage } from '../errors.ts';
import { Engine } from './engine.ts';
import { fillIn } from './older-browsers.ts';
import type { CallMessage, EngineEvent, FromWorker, Method, Result, ToWorker } from './protocol.ts';

fillIn(globalThis);

/**
 * The engine's thread: one call at a time, in the order in which they came. A failed call does not touch the next.
 */
let engine: Engine | undefined;
let queue: Promise<void> = Promise.resolve();
const running = new Map<number, AbortController>();

function post(message: FromWorker): void {
  globalThis.postMessage(message);
}

async function answer(call: CallMessage, signal: AbortSignal): Promise<Result<Method>> {
  const emit = (event: EngineEvent<Method>): void => post({ kind: 'event', id: call.id, event });
  switch (call.method) {
    case 'load':
      engine = await Engine.load(call.argument, { signal, onProgress: emit });
      return engine.info;
    case 'rank':
      await loaded().rank(call.argument, { signal, onScore: emit });
      return undefined;
    case 'prepare':
      await loaded().prepare(call.argument, { signal });
      return undefined;
  }
}

function loaded(): Engine {
  if (engine === undefined) throw new CaseMatcherError('runtime-unavailable', { reason: 'not loaded' });
  return engine;
}

async function serve(call: CallMessage, signal: AbortSignal): Promise<void> {
  try {
    if (signal.aborted) throw new DOMException('The operation was aborted.', 'AbortError');
    post({ kind: 'result', id: call.id, result: await answer(call, signal) });
  } catch (error) {
    post({ kind: 'error', id: call.id, error: errorToMessage(error) });
  } finally {
    running.delete(call.id);
  }
}

globalThis.onmessage = ({ data }: MessageEvent<ToWorker>): void => {
  if (data.kind === 'cancel') {
    running.get(data.id)?.abort();
    return;
  }
  const controller = new AbortController();
  running.set(data.id, controller);
  queue = queue.then(() => serve(data, controller.signal));
};

post({ kind: 'ready' });
