import type { Build } from './build.ts';
import type { ServiceWorkerScope } from './scope.ts';
import { Shell } from './shell.ts';

/** The build that this file belongs to, from `tools/service-worker.mjs`. */
declare const BUILD: Build;

/** What a page sends to have files kept that an engine loaded before this worker saw its requests. */
interface KeepMessage {
  readonly kind: 'case-matcher-keep';
  readonly urls: readonly unknown[];
}

/**
 * Serves a folder of ours inside a service worker: its files (not the models) from Cache Storage, and `engine.html` with
 * the header that gives it threads. Requests for anything else are left to whom they belong.
 *
 * A new build is fetched whole and checked before its worker is installed, and serves once the pages of the old one are
 * closed, unless a host calls `skipWaiting`. To be called while the worker's script is first run.
 *
 * @param folder URL of the folder, relative to the service worker's script.
 */
export function serveFolder(folder: string): void {
  const scope = globalThis as unknown as ServiceWorkerScope;
  const shell = new Shell(new URL(`${folder.replace(/\/$/, '')}/`, scope.location.href).href, BUILD);
  scope.addEventListener('install', (event) => event.waitUntil(shell.install()));
  scope.addEventListener('activate', (event) => {
    // Claiming lets the page of the first visit have kept what it loads from now on.
    event.waitUntil(shell.removeOlder().then(() => scope.clients.claim()));
  });
  scope.addEventListener('fetch', (event) => {
    const answer = shell.answer(event.request);
    if (answer !== undefined) event.respondWith(answer);
  });
  scope.addEventListener('message', (event) => {
    // What cannot be kept now is kept when it is asked for next.
    if (isKeepMessage(event.data)) event.waitUntil(shell.keepUsed(event.data.urls).catch(() => {}));
  });
}

function isKeepMessage(data: unknown): data is KeepMessage {
  const { kind, urls } = (data ?? {}) as Partial<KeepMessage>;
  return kind === 'case-matcher-keep' && Array.isArray(urls);
}
