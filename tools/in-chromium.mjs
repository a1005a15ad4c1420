import { chromium } from 'playwright-core';
import { createServer } from 'vite';
import { findChromium, ROOT } from './setup.mjs';

/**
 * Runs a function of a module of this project inside Chromium, served from source, and returns what it returns.
 * @param {{ module: string, name: string, argument: unknown, onLine?: (line: string) => void }} task
 *   `module`: path from the project's root; `name`: the exported async function, which gets `argument`.
 */
export async function inChromium({ module, name, argument, onLine }) {
  const server = await createServer({
    root: ROOT,
    logLevel: 'error',
    // A model pack may lie anywhere.
    server: { port: 0, host: '127.0.0.1', fs: { strict: false } },
  });
  await server.listen();
  const browser = await chromium.launch({
    executablePath: findChromium() ?? '',
    args: ['--no-sandbox', '--disable-background-networking'],
  });
  try {
    const page = await browser.newPage();
    page.on('console', (message) => onLine?.(message.text()));
    page.on('pageerror', (error) => console.error(error));
    await page.route('**/favicon.ico', (route) => route.fulfill({ status: 204 }));
    // Any page of the server will do: it is there for its origin and its isolation headers.
    await page.goto(`${server.resolvedUrls?.local[0]}api/tickets`);
    return await page.evaluate(
      async ({ path, exported, value }) => (await import(/* @vite-ignore */ path))[exported](value),
      { path: `/${module}`, exported: name, value: /** @type {any} */ (argument) },
    );
  } finally {
    await browser.close();
    await server.close();
  }
}
