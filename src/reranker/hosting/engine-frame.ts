import type { ErrorDetails } from '../../errors.ts';
import type { FrameMessage, StartMessage } from '../protocol.ts';
import { workerHere } from './place.ts';

/** In `engine.html`: starts the engine's worker for the page around it, which may not have threads itself. */
const place = workerHere();

addEventListener('message', ({ source, origin, data, ports }: MessageEvent<Partial<StartMessage>>) => {
  if (source !== parent || origin !== location.origin || data?.kind !== 'start') return;
  const [host, client] = ports as [MessagePort, MessagePort];
  const crashed = (details: ErrorDetails): void => tell({ kind: 'case-matcher-crashed', details });
  place.start(data as StartMessage, [host, client], crashed);
});

function tell(message: FrameMessage): void {
  parent.postMessage(message, location.origin);
}

tell({ kind: 'case-matcher-frame', isolated: crossOriginIsolated });
