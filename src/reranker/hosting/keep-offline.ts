/**
 * Has the service worker that this page is to have keep files which an engine has loaded: on the first visit that was
 * before the worker saw any request. A service worker with nothing of ours in it does not know the message.
 */
export function keepOffline(urls: readonly string[]): void {
  if (urls.length === 0 || typeof navigator === 'undefined' || !('serviceWorker' in navigator)) return;
  // Where there is none for this page, `ready` never comes.
  navigator.serviceWorker.ready.then(({ active }) =>
    active?.postMessage({ kind: 'case-matcher-keep', urls }),
  );
}
