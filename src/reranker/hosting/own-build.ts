import workerUrl from '../worker.ts?worker&url';

/** The engine's script. Two builds have two names for it, so that tabs which do not understand each other never meet. */
export const WORKER_URL = new URL(workerUrl, import.meta.url).href;

/** The folder that this build is served from. */
export const OWN_FOLDER = new URL(import.meta.env.DEV ? '/' : '..', WORKER_URL).href;
