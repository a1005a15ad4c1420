import { resolve } from 'node:path';
import { defineConfig } from 'vite';

/** The command line for Node: `bin/case-matcher.js` starts what this builds. */
export default defineConfig({
  publicDir: false,
  build: {
    ssr: resolve(import.meta.dirname, 'src/pack/cli.ts'),
    outDir: 'dist/pack',
    target: 'node20',
    rollupOptions: { output: { entryFileNames: 'cli.js' } },
  },
});
