import { playwright } from '@vitest/browser-playwright';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { exportServer } from './test/browser/export-server.ts';
import { packServer } from './test/browser/pack-server.ts';
import { findChromium } from './tools/setup.mjs';
import { kernels } from './tools/vite-kernels.mjs';

/** The waits between attempts of a download are for people, not for tests. */
const impatient: Plugin = {
  name: 'impatient',
  enforce: 'pre',
  transform: (code, id) => {
    if (!id.endsWith('/src/weights/retry.ts')) return undefined;
    return code.replace('FIRST_WAIT_SECONDS = 0.5', 'FIRST_WAIT_SECONDS = 0.02');
  },
};

export default defineConfig({
  test: {
    // With the browser's one, three on two processors: many tests wait most of their time.
    maxWorkers: 2,
    projects: [
      {
        plugins: [kernels()],
        test: {
          name: 'node',
          environment: 'node',
          include: ['test/{errors,weights,reranker,tickets,matching,pack,demo}/**/*.test.ts'],
          testTimeout: 60_000,
        },
      },
      {
        extends: './vite.config.ts',
        plugins: [impatient, packServer(), exportServer()],
        optimizeDeps: { include: ['axe-core'] },
        test: {
          name: 'browser',
          include: ['test/{browser,element}/**/*.test.ts'],
          globalSetup: './test/browser/packs.setup.ts',
          testTimeout: 300_000,
          hookTimeout: 120_000,
          // However slow the machine is.
          expect: { poll: { timeout: 30_000 } },
          browser: {
            enabled: true,
            headless: true,
            fileParallelism: false,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: {
                executablePath: findChromium() ?? '',
                args: [
                  '--no-sandbox',
                  '--disable-background-networking',
                  '--enable-unsafe-webgpu',
                  '--use-webgpu-adapter=swiftshader',
                ],
              },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
      {
        test: {
          name: 'e2e',
          environment: 'node',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: './test/e2e/servers.setup.ts',
          testTimeout: 180_000,
          hookTimeout: 60_000,
          // However slow the machine is.
          expect: { poll: { timeout: 30_000 } },
        },
      },
      {
        test: {
          name: 'faults',
          environment: 'node',
          include: ['test/faults/**/*.test.ts'],
          globalSetup: './test/e2e/servers.setup.ts',
          testTimeout: 180_000,
          hookTimeout: 60_000,
          // However slow the machine is.
          expect: { poll: { timeout: 30_000 } },
        },
      },
    ],
  },
});
