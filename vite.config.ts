import { resolve } from 'node:path';
import { defineConfig, type Plugin } from 'vite';
import { ticketApi } from './src/demo/vite-plugin.ts';
import { kernels } from './tools/vite-kernels.mjs';

// Without it every ORT entry inlines its wasm into the script that imports it (some 70 MB of base64).
const ORT_WITH_WASM_APART = 'onnxruntime-web-use-extern-wasm';

/** That compiling the kernels takes a second or two is known. */
const QUIET = { pluginTimings: false };

/** Templates of HTML and CSS are indented for who reads the source; browsers need not fetch that. */
function templates(): Plugin {
  return {
    name: 'templates',
    apply: 'build',
    enforce: 'pre',
    transform: {
      filter: { id: /\/src\/element\/(styles|view)\// },
      handler: (code) => code.replace(/\n\s+/g, '\n'),
    },
  };
}

export default defineConfig({
  // Relative, so that dist/ works from any folder of any static server.
  base: './',
  plugins: [ticketApi(), kernels(), templates()],
  resolve: { conditions: [ORT_WITH_WASM_APART, 'module', 'browser', 'import', 'default'] },
  worker: { format: 'es', plugins: () => [kernels()], rollupOptions: { checks: QUIET } },
  optimizeDeps: {
    // What only the worker imports would else be found late, and the page reloaded for it.
    entries: ['index.html', 'calibration.html', 'src/element/index.ts', 'src/reranker/worker.ts'],
    // Pre-bundling moves ORT's scripts away from their wasm.
    exclude: ['onnxruntime-web'],
  },
  build: {
    target: 'es2020',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
    rollupOptions: {
      checks: QUIET,
      input: {
        index: resolve(import.meta.dirname, 'index.html'),
        'calibration-page': resolve(import.meta.dirname, 'calibration.html'),
        engine: resolve(import.meta.dirname, 'engine.html'),
        'case-matcher': resolve(import.meta.dirname, 'src/element/index.ts'),
        calibration: resolve(import.meta.dirname, 'src/element/calibration/index.ts'),
        reranker: resolve(import.meta.dirname, 'src/reranker/index.ts'),
      },
      preserveEntrySignatures: 'exports-only',
      output: { entryFileNames: '[name].js' },
    },
  },
});
