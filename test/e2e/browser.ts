import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { findChromium } from '../../tools/setup.mjs';

const ARGUMENTS = ['--no-sandbox', '--disable-background-networking'];
const VIEWPORT = { width: 1440, height: 900 };

let browser: Browser;
const contexts: BrowserContext[] = [];

/** Chromium for a test file, with further arguments; every test starts with a profile of its own. */
export function useChromium(...further: readonly string[]): void {
  beforeAll(async () => {
    const args = [...ARGUMENTS, ...further];
    browser = await chromium.launch({ executablePath: findChromium() ?? '', args });
  });
  afterEach(async () => {
    await Promise.all(contexts.splice(0).map((context) => context.close()));
  });
  afterAll(() => browser.close());
}

/** A browser of its own on a profile that outlives it, as one that is closed in the evening. */
export async function openProfile(folder: string): Promise<BrowserContext> {
  const options = { executablePath: findChromium() ?? '', args: ARGUMENTS, viewport: VIEWPORT };
  const context = await chromium.launchPersistentContext(folder, options);
  contexts.push(context);
  return context;
}

export interface Seen {
  /** URLs requested, with the POST bodies kept apart. */
  readonly urls: string[];
  /** Everything on the console, and uncaught errors. */
  readonly console: string[];
}

/** A new profile with a page, and what it asks for and says. */
export async function newPage(
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<{ page: Page; context: BrowserContext; seen: Seen }> {
  const context = await browser.newContext({ viewport: VIEWPORT, ...options });
  contexts.push(context);
  const seen: Seen = { urls: [], console: [] };
  context.on('request', (request) => seen.urls.push(request.url()));
  context.on('console', (message) => seen.console.push(message.text()));
  context.on('weberror', (error) => seen.console.push(String(error.error())));
  return { page: await context.newPage(), context, seen };
}

/** The detail of the next `case-match` or `case-error` event that the page's panel fires after `act`. */
export async function nextEvent(
  page: Page,
  name: 'case-match' | 'case-cluster' | 'case-error',
  act: () => Promise<unknown>,
): Promise<Record<string, unknown>> {
  const key = `${name} ${Math.random()}`;
  await page.addInitScript(listen, { name, key });
  if (page.url() !== 'about:blank') await page.evaluate(listen, { name, key });
  await act();
  const handle = await page.waitForFunction((k) => (window as never as Record<string, unknown>)[k], key, {
    timeout: 90_000,
  });
  return (await handle.jsonValue()) as Record<string, unknown>;
}

function listen({ name, key }: { name: string; key: string }): void {
  const store = window as never as Record<string, unknown>;
  addEventListener(name, (event) => {
    const { error: _, ...detail } = (event as CustomEvent<Record<string, unknown>>).detail;
    store[key] ??= detail;
  });
}
