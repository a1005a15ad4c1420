import { registerServiceWorker } from '../create-worker.ts';
import type { FrameMessage } from '../protocol.ts';
import { OWN_FOLDER } from './own-build.ts';
import type { Place } from './place.ts';

/** A frame that has not told of itself by then is taken to be blocked. */
const FRAME_SECONDS = 15;
/** What a blocked frame shows in its place counts as loaded too; the message of a sound one may come after that. */
const AFTER_LOAD_SECONDS = 3;
/** It fetches what it keeps before it is active. */
const SERVICE_WORKER_SECONDS = 20;

const FRAME_URL = new URL('engine.html', OWN_FOLDER).href;
const SERVICE_WORKER_URL = new URL('service-worker.js', OWN_FOLDER).href;

/**
 * A hidden frame of the page's own origin that is cross-origin isolated by `Document-Isolation-Policy` where the page
 * is not (https://wicg.github.io/document-isolation-policy/, Chromium 137 and later). The header comes from the server,
 * or else from our service worker, which is registered for the frame's address and sees nothing of the page.
 *
 * Resolves to the frame, or to the reason why there is none. Waits for nothing longer than a minute.
 */
export async function openIsolatedFrame(): Promise<Place | string> {
  if (!globalThis.isSecureContext) return 'not a secure context';
  if (typeof document === 'undefined') return 'no document';
  if (new URL(FRAME_URL).origin !== location.origin) return 'files of another origin';
  const frame = await openFrame();
  if (frame !== NOT_ISOLATED) return frame;
  const failure = await serveByWorker();
  return failure === undefined ? openFrame() : `${NOT_ISOLATED}; ${failure}`;
}

const NOT_ISOLATED = 'the frame is not isolated';

function openFrame(): Promise<Place | string> {
  return new Promise((resolve) => {
    const frame = document.createElement('iframe');
    frame.src = FRAME_URL;
    frame.title = 'case-matcher';
    frame.tabIndex = -1;
    frame.setAttribute('aria-hidden', 'true');
    frame.style.setProperty('display', 'none', 'important');
    let onCrash: Parameters<Place['start']>[2] = () => {};
    const end = (): void => {
      globalThis.removeEventListener('message', hear);
      frame.remove();
    };
    const settle = (outcome: Place | string): void => {
      clearTimeout(timer);
      document.removeEventListener('securitypolicyviolation', blocked);
      if (typeof outcome === 'string') end();
      resolve(outcome);
    };
    const giveUpAfter = (seconds: number): ReturnType<typeof setTimeout> =>
      setTimeout(() => settle('the frame does not answer'), seconds * 1000);
    let timer = giveUpAfter(FRAME_SECONDS);
    const blocked = ({ effectiveDirective, blockedURI }: SecurityPolicyViolationEvent): void => {
      if (effectiveDirective === 'frame-src' && FRAME_URL.startsWith(blockedURI))
        settle('blocked by frame-src');
    };
    const hear = ({ source, origin, data }: MessageEvent<FrameMessage | null>): void => {
      if (source !== frame.contentWindow || origin !== location.origin) return;
      if (data?.kind === 'case-matcher-crashed') onCrash(data.details);
      if (data?.kind === 'case-matcher-frame') settle(data.isolated ? place : NOT_ISOLATED);
    };
    const place: Place = {
      host: 'frame',
      start(message, ports, crashed) {
        onCrash = crashed;
        frame.contentWindow?.postMessage(message, location.origin, [...ports]);
      },
      end,
    };
    frame.onload = () => {
      clearTimeout(timer);
      timer = giveUpAfter(AFTER_LOAD_SECONDS);
    };
    document.addEventListener('securitypolicyviolation', blocked);
    globalThis.addEventListener('message', hear);
    // Beside the body, so that a page which redraws itself does not take the engine with it.
    document.documentElement.append(frame);
  });
}

/** Has our service worker serve the frame. Resolves to what went wrong, if anything did. */
async function serveByWorker(): Promise<string | undefined> {
  if (!('serviceWorker' in navigator)) return 'no service workers';
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve('the service worker does not start'), SERVICE_WORKER_SECONDS * 1000);
  });
  const active = registerServiceWorker(SERVICE_WORKER_URL, FRAME_URL).then(
    activated,
    (error: unknown) => `no service worker (${error instanceof Error ? error.name : 'refused'})`,
  );
  const failure = await Promise.race([active, limit]);
  clearTimeout(timer);
  return failure;
}

function activated({ active, waiting, installing }: ServiceWorkerRegistration): Promise<string | undefined> {
  const worker = active ?? waiting ?? installing;
  return new Promise((resolve) => {
    const look = (): void => {
      if (worker?.state === 'activated') resolve(undefined);
      else if (!worker || worker.state === 'redundant') resolve('the service worker could not be installed');
    };
    worker?.addEventListener('statechange', look);
    look();
  });
}
