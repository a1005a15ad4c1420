import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';
import { ROOT } from './setup.mjs';

/** Not files that a browser loads with the element: models, and what is for Node or for compilers. */
const NOT_SERVED = /^(models|pack|types)\//;
/** onnxruntime's builds: 58 MB, of which a browser uses one or none. */
const ON_USE = /\.wasm$/;
/** The demo desk and the other pages, which a host may leave out. */
const PAGES = /^((index|calibration|calibration-page)\.(html|js)|assets\/(icon|ticket-api)-.*)$/;
/** What this makes itself. */
const OUTPUTS = ['service-worker.js', 'offline.js'];

/**
 * Adds the service worker to a build: `service-worker.js` to register or to import by `importScripts`, `offline.js` to
 * import as a module. Both hold the list of the build's files, so that a new build is a new service worker.
 * @param {string} folder the build, complete
 */
export async function addServiceWorker(folder) {
  const files = listFiles(folder);
  const id = createHash('sha256').update(JSON.stringify(files)).digest('hex').slice(0, 16);
  const make = (
    /** @type {string} */ entry,
    /** @type {'iife' | 'es'} */ format,
    /** @type {string} */ name,
  ) =>
    build({
      configFile: false,
      root: ROOT,
      publicDir: false,
      logLevel: 'warn',
      define: { BUILD: JSON.stringify({ id, files }) },
      build: {
        target: 'es2020',
        outDir: folder,
        emptyOutDir: false,
        lib: {
          entry: resolve(ROOT, entry),
          formats: [format],
          name: 'caseMatcherOffline',
          fileName: () => name,
        },
      },
    });
  await make('src/offline/service-worker.ts', 'iife', 'service-worker.js');
  await make('src/offline/index.ts', 'es', 'offline.js');
}

/**
 * @param {string} folder
 * @returns {import('../src/offline/build.ts').BuildFile[]}
 */
function listFiles(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll(sep, '/'),
    )
    .filter((path) => !NOT_SERVED.test(path) && !OUTPUTS.includes(path))
    .sort()
    .map((path) => {
      const integrity = `sha256-${createHash('sha256')
        .update(readFileSync(join(folder, path)))
        .digest('base64')}`;
      return {
        path,
        integrity,
        kept: ON_USE.test(path) ? 'on-use' : PAGES.test(path) ? 'if-there' : 'always',
      };
    });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  await addServiceWorker(resolve(ROOT, 'dist'));
