import { serveFolder } from './serve-folder.ts';

/**
 * `dist/service-worker.js`, a classic script. Registered, it serves the folder that it lies in. A host's own service
 * worker sets `self.caseMatcherFolder` first and then imports it by `importScripts`; one that is a module imports
 * `serveFolder` from `dist/offline.js`.
 */
const { caseMatcherFolder } = globalThis as { caseMatcherFolder?: string };
serveFolder(caseMatcherFolder ?? './');
