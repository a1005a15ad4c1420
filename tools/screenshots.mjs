import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { chromium } from 'playwright-core';
import { preview } from 'vite';
import { findChromium, ROOT } from './setup.mjs';

/** `npm run screenshots`: the built desk as people see it, into docs/. */
const SHOTS = [
  { name: 'desk', viewport: { width: 1440, height: 900 } },
  { name: 'desk-dark', viewport: { width: 1440, height: 900 }, colorScheme: /** @type {const} */ ('dark') },
  { name: 'desk-en', viewport: { width: 1440, height: 900 }, language: 'en' },
  { name: 'panel-360', viewport: { width: 360, height: 800 }, view: 'panel' },
  { name: 'zoom-200', viewport: { width: 720, height: 450 }, deviceScaleFactor: 2, view: 'panel' },
];

mkdirSync(resolve(ROOT, 'docs'), { recursive: true });
const server = await preview({ root: ROOT, preview: { port: 0, host: '127.0.0.1' }, logLevel: 'warn' });
const browser = await chromium.launch({ executablePath: findChromium() ?? '', args: ['--no-sandbox'] });
for (const { name, view, language, ...options } of SHOTS) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  await page.addInitScript(() => {
    addEventListener('case-match', () => document.documentElement.setAttribute('data-matched', ''));
  });
  await page.goto(`${server.resolvedUrls?.local[0]}?device=wasm`);
  if (language) await page.selectOption('#language', language);
  await page.waitForSelector('[data-matched]', { timeout: 120_000 });
  if (view) await page.click(`#tabs [data-view=${view}]`);
  // Fonts and the last transition.
  await page.waitForTimeout(1000);
  await page.screenshot({ path: resolve(ROOT, `docs/${name}.png`) });
  await context.close();
}
await browser.close();
await server.close();
