import { CaseMatcherError, type ErrorDetails } from '../../errors.ts';
import { crashDetails } from '../crash-details.ts';
import { createWorker } from '../create-worker.ts';
import type { StartMessage } from '../protocol.ts';

/** Two ports of an engine: its host's, and its host's as a client. */
export type EnginePorts = readonly [host: MessagePort, client: MessagePort];

/** Somewhere that an engine's worker can be started, once. */
export interface Place {
  readonly host: 'worker' | 'frame';
  /** @param onCrash called when the worker has died, with where it broke. */
  start(message: StartMessage, ports: EnginePorts, onCrash: (details: ErrorDetails) => void): void;
  /** Ends the worker, which alone frees its memory. */
  end(): void;
}

/** A worker of this page. */
export function workerHere(): Place {
  let worker: Worker | undefined;
  return {
    host: 'worker',
    start(message, ports, onCrash) {
      if (typeof Worker === 'undefined') {
        throw new CaseMatcherError('runtime-unavailable', { reason: 'no workers' });
      }
      worker = createWorker(message.worker);
      worker.onerror = (event) => {
        // The browser would write its message to the console, and that may quote data.
        event.preventDefault();
        onCrash(crashDetails(event));
      };
      worker.postMessage(message, [...ports]);
    },
    end: () => worker?.terminate(),
  };
}
