import { CaseMatcherError, errorToMessage } from '../errors.ts';
import { crashDetails } from './crash-details.ts';
import { EngineServer } from './engine-server.ts';
import { holdLock } from './locks.ts';
import { fillIn } from './older-browsers.ts';
import type { StartMessage, ToHost } from './protocol.ts';

fillIn(globalThis);

/** The engine's thread: its host says what to load and whom to serve. */
globalThis.onmessage = async ({ data, ports }: MessageEvent<StartMessage>): Promise<void> => {
  const [host, client] = ports as [MessagePort, MessagePort];
  // What the browser would say of a stray error may quote what was being read.
  const broken = (event: Event): void => {
    event.preventDefault();
    const error = errorToMessage(new CaseMatcherError('worker-crashed', crashDetails(event)));
    host.postMessage({ kind: 'broken', error } satisfies ToHost);
  };
  globalThis.addEventListener('error', broken);
  // A promise that nobody waits for may be one that somebody should: a call could wait for ever.
  globalThis.addEventListener('unhandledrejection', broken);
  // Held for life, so that all who wait for it hear of the end of it, whatever brings it about.
  if (data.channel !== undefined) await holdLock(data.engine);
  const server = new EngineServer(data, host);
  server.attach(client);
  if (data.channel !== undefined) server.listen(data.channel);
};
