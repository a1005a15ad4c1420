import { CaseMatcherError, type CaseMatcherErrorCode, errorFromMessage } from '../../errors.ts';
import { EngineClient } from '../client.ts';
import type { EngineStart } from '../engine.ts';
import { endOf } from '../locks.ts';
import type { StartMessage, ToHost } from '../protocol.ts';
import type { Fallback, LoadOptions } from '../types.ts';
import { CrashRecord } from './crash-record.ts';
import { openIsolatedFrame } from './isolated-frame.ts';
import { keepOffline } from './keep-offline.ts';
import { givenUp, planSteps, type Step, stepName } from './ladder.ts';
import { newName } from './new-name.ts';
import { WORKER_URL } from './own-build.ts';
import { type Place, workerHere } from './place.ts';

/** A worker's script that is blocked or gone fires no event in some browsers; then it never says that it listens. */
const HANDSHAKE_SECONDS = 30;

/** After these the next device is worth a try; anything else (network, integrity) would fail there as well. */
const DEVICE_FAILURES: readonly CaseMatcherErrorCode[] = [
  'device-unavailable',
  'device-lost',
  'runtime-unavailable',
  'out-of-memory',
  'self-test-failed',
  'worker-crashed',
  'crash-loop',
];

/** After these the same device is, with one thread. */
const THREADS_FAILURES: readonly CaseMatcherErrorCode[] = [
  'out-of-memory',
  'self-test-failed',
  'worker-crashed',
  'crash-loop',
];

export interface HostOptions {
  /** Of all that want the same engine. */
  readonly name: string;
  /** Whether tabs share it, over a channel of that name. */
  readonly shared: boolean;
  readonly model: Pick<EngineStart, 'model' | 'id' | 'dtype'>;
  readonly device: NonNullable<LoadOptions['device']>;
  /** Whether steps that crashed before are tried again. */
  readonly retry: boolean;
  /** Aborted when hosting is to end at once: the page goes, or another tab has taken over. */
  readonly signal: AbortSignal;
  /** An engine listens: here is the way to it. It is closed when the engine ends. */
  readonly onEngine: (client: EngineClient, engine: string) => void;
  /** An engine has ended in good order, or will not be had: whoever waits for it may ask for another. */
  readonly onEnd: (engine: string) => void;
}

/**
 * Starts an engine on the best step of the ladder that works, and keeps it until nobody needs it any more, it breaks,
 * or the signal is aborted. Rejects with the last step's error where none works.
 */
export async function hostEngine(options: HostOptions): Promise<void> {
  const record = new CrashRecord(options.name, options.shared);
  if (options.retry) record.forget();
  const { steps, skipped } = await planSteps(options.device);
  const fallbacks: Fallback[] = [...skipped];
  let failure = new CaseMatcherError('device-unavailable', { device: options.device });
  for (const [index, step] of steps.entries()) {
    if (options.signal.aborted) return;
    try {
      if (record.isBarred(stepName(step))) {
        throw new CaseMatcherError('crash-loop', { device: step.device, reason: 'it crashed twice' });
      }
      const place = step.host === 'frame' ? await openIsolatedFrame() : workerHere();
      if (typeof place !== 'string') return await runEngine({ place, step, fallbacks, record, options });
      fallbacks.push({ ...givenUp(step), code: 'not-isolated', reason: place });
    } catch (error) {
      const failures = steps[index + 1]?.device === step.device ? THREADS_FAILURES : DEVICE_FAILURES;
      if (!(error instanceof CaseMatcherError) || !failures.includes(error.code)) throw error;
      failure = error;
      const { code, details } = error;
      fallbacks.push({ ...givenUp(step), code, reason: String(details.reason ?? code) });
    }
  }
  throw failure;
}

/** Rejects when the engine could not be loaded; resolves when one that was has ended, in whatever way. */
async function runEngine(run: {
  place: Place;
  step: Step;
  fallbacks: readonly Fallback[];
  record: CrashRecord;
  options: HostOptions;
}): Promise<void> {
  const { place, step, fallbacks, record, options } = run;
  const { name, shared, model, signal } = options;
  const engine = newName(name);
  const control = new MessageChannel();
  const own = new MessageChannel();
  const client = new EngineClient(own.port1);
  const message: StartMessage = {
    kind: 'start',
    worker: WORKER_URL,
    engine,
    channel: shared ? name : undefined,
    start: {
      ...model,
      device: step.device,
      threads: step.threads,
      host: place.host,
      fallbacks: [...fallbacks],
    },
  };
  let loaded = false;
  let abort = (): void => {};
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      const crashed = (details: CaseMatcherError['details']): void =>
        reject(new CaseMatcherError('worker-crashed', details));
      abort = resolve;
      if (signal.aborted) return resolve();
      signal.addEventListener('abort', abort);
      timer = setTimeout(
        () => crashed({ reason: 'silent', seconds: HANDSHAKE_SECONDS }),
        HANDSHAKE_SECONDS * 1000,
      );
      control.port1.onmessage = ({ data }: MessageEvent<ToHost>) => {
        if (data.kind === 'unused') resolve();
        else reject(errorFromMessage(data.error));
      };
      client.here.then(() => {
        clearTimeout(timer);
        if (shared) endOf(engine).then(() => crashed({}));
        options.onEngine(client, engine);
        const onEvent = record.loading.bind(record, stepName(step));
        // What it rejects with comes by the other port too.
        client.call('ready', undefined, { onEvent }).then(
          ({ runtimeFiles }) => {
            loaded = true;
            keepOffline(runtimeFiles);
          },
          () => {},
        );
      });
      place.start(message, [control.port2, own.port2], crashed);
    });
    options.onEnd(engine);
    client.close();
  } catch (error) {
    if (!loaded) {
      options.onEnd(engine);
      client.close();
      throw error;
    }
    if (step.device === 'webgpu') record.lost(stepName(step));
    client.close(error as CaseMatcherError);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
    record.settled(stepName(step));
    control.port1.close();
    place.end();
  }
}
