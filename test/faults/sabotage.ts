import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DIST, type Site } from '../e2e/site.ts';

/**
 * A server on which the engine's worker begins with some code: it takes from a real browser what others do not have, or
 * breaks it. `mend` gives the worker back as it is. The server sends the frame's header itself: our service worker is
 * installed with sound files alone.
 */
export function sabotage(code: string): { handler: Site['handler']; mend: () => void } {
  let broken = true;
  return {
    handler: ({ url }, response, next) => {
      if (url === '/ours/engine.html') {
        response.setHeader('document-isolation-policy', 'isolate-and-credentialless');
      }
      if (!broken || !isWorker(url)) return next();
      response.setHeader('content-type', 'text/javascript').end(`${code};\n${readFileSync(fileOf(url))}`);
    },
    mend: () => {
      broken = false;
    },
  };
}

/** Code that does something once the page has said `now()`, for {@link now}. */
export function onSignal(code: string): string {
  return `new BroadcastChannel('sabotage').onmessage = () => { ${code} }`;
}

/** For a page: gives the signal. */
export const now = `new BroadcastChannel('sabotage').postMessage(1)`;

export function isWorker(url: string | undefined): url is string {
  return /\/worker-[\w-]+\.js$/.test(url ?? '');
}

function fileOf(url: string): string {
  return join(DIST, url.replace(/^\/ours\//, ''));
}
