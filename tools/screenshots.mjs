import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { chromium } from 'playwright-core';
import { preview } from 'vite';
import { findChromium, ROOT } from './setup.mjs';

/** `npm run screenshots`: the built desk as people see it, into docs/. */
const DESK = { width: 1440, height: 900 };
const NARROW = { width: 360, height: 800 };

/**
 * @typedef {object} Shot
 * @property {string} name
 * @property {{ width: number, height: number }} viewport
 * @property {string} [language]
 * @property {'panel'} [view] a tab of the narrow desk
 * @property {string} [judge] the calibration page instead, after these keys
 * @property {boolean} [panelOnly] the panel without the desk around it
 * @property {string[]} [press] keys, once the first card has the focus
 * @property {string[]} [click] parts of the panel
 * @property {'dark'} [colorScheme]
 * @property {'active'} [forcedColors]
 * @property {number} [deviceScaleFactor]
 */

/** @type {Shot[]} */
const SHOTS = [
  { name: 'desk', viewport: DESK },
  { name: 'desk-dark', viewport: DESK, colorScheme: 'dark', press: ['1'] },
  { name: 'desk-en', viewport: DESK, language: 'en' },
  { name: 'desk-adopted', viewport: DESK, press: ['l', 'a'] },
  { name: 'desk-contrast', viewport: DESK, forcedColors: 'active', press: ['2'] },
  { name: 'zoom-200', viewport: { width: 720, height: 450 }, deviceScaleFactor: 2, view: 'panel' },
  { name: 'panel-360', viewport: NARROW, view: 'panel' },
  { name: 'panel-360-en-dark', viewport: NARROW, view: 'panel', language: 'en', colorScheme: 'dark' },
  { name: 'panel-360-tree', viewport: NARROW, view: 'panel', press: ['t'] },
  { name: 'tree', viewport: DESK, panelOnly: true, press: ['t'] },
  {
    name: 'tree-en-dark',
    viewport: DESK,
    panelOnly: true,
    language: 'en',
    colorScheme: 'dark',
    press: ['t'],
  },
  {
    name: 'tree-contrast',
    viewport: DESK,
    panelOnly: true,
    forcedColors: 'active',
    press: ['t', 'ArrowDown'],
  },
  { name: 'insights', viewport: DESK, panelOnly: true, press: ['i'], click: ['number'] },
  { name: 'insights-en', viewport: DESK, panelOnly: true, language: 'en', press: ['i'] },
  { name: 'path', viewport: DESK, panelOnly: true, press: ['p'] },
  { name: 'details', viewport: DESK, panelOnly: true, press: ['d'] },
  { name: 'keys', viewport: DESK, panelOnly: true, press: ['?'] },
  { name: 'calibration', viewport: DESK, judge: 'yyynyynynsnynny' },
  {
    name: 'calibration-en-dark',
    viewport: DESK,
    language: 'en',
    colorScheme: 'dark',
    judge: 'yyynyynynsnynny',
  },
];

mkdirSync(resolve(ROOT, 'docs'), { recursive: true });
const server = await preview({ root: ROOT, preview: { port: 0, host: '127.0.0.1' }, logLevel: 'warn' });
const browser = await chromium.launch({ executablePath: findChromium() ?? '', args: ['--no-sandbox'] });
for (const { name, view, language, panelOnly, judge, press = [], click = [], ...options } of SHOTS) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  await page.addInitScript(() => {
    addEventListener('case-match', () => document.documentElement.setAttribute('data-matched', ''));
  });
  await page.goto(`${server.resolvedUrls?.local[0]}?device=wasm`);
  if (language) await page.selectOption('#language', language);
  await page.waitForSelector('[data-matched]', { timeout: 120_000 });
  if (judge !== undefined) {
    await page.click('.tools a');
    const view = page.locator('case-matcher-calibration');
    await view.locator('.side').first().waitFor({ timeout: 120_000 });
    // All pairs are there before the first is judged, so that the pictures are the same each time.
    await view.locator('[part=status]', { hasText: /^(共|\d+ pairs)/ }).waitFor({ timeout: 120_000 });
    await view.locator('[part=yes]').focus();
    for (const key of judge) await page.keyboard.press(key);
    await page.screenshot({ path: resolve(ROOT, `docs/${name}.png`) });
    await context.close();
    continue;
  }
  if (view) await page.click(`#tabs [data-view=${view}]`);
  const panel = page.locator('case-matcher');
  await panel.locator('[part=insights-button]').waitFor();
  // Evidence, fonts, and the last transition.
  await page.waitForTimeout(2500);
  if (press.length > 0) await panel.locator('.card').first().focus();
  for (const key of press) await page.keyboard.press(key);
  for (const selector of click) await panel.locator(`.${selector}:enabled`).first().click();
  await page.waitForTimeout(500);
  const place = { path: resolve(ROOT, `docs/${name}.png`) };
  await (panelOnly ? page.locator('aside.panel').screenshot(place) : page.screenshot(place));
  await context.close();
}
await browser.close();
await server.close();
