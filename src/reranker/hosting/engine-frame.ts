import type { ErrorDetails } from '../../errors.ts';
import type { FrameMessage, StartMessage } from '../protocol.ts';
import { workerHere } from './place.ts';

/** In `engine.html`: starts the engine's worker for the page around it, which may not have threads itself. */
const place = workerHere();
let started = false;

addEventListener('message', ({ source, origin, data, ports }: MessageEvent<Partial<StartMessage>>) => {
  if (source !== parent || origin !== location.origin || data?.kind !== 'start') return;
  const [host, client] = ports;
  if (started || host === undefined || client === undefined) return;
  started = true;
  const crashed = (details: ErrorDetails): void => tell({ kind: 'case-matcher-crashed', details });
  place.start(data as StartMessage, [host, client], crashed);
});

function tell(message: FrameMessage): void {
  parent.postMessage(message, location.origin);
}

tell({ kind: 'case-matcher-frame', isolated: crossOriginIsolated });
