import { availableParallelism } from 'node:os';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { RerankerInfo } from '../../src/reranker/index.ts';
import { newPage, useChromium } from './browser.ts';
import { load, openSite, rank } from './plain-host.ts';
import type { Site } from './site.ts';

useChromium();
const DIP = { 'document-isolation-policy': 'isolate-and-credentialless' };

const isFrame = (url: string | undefined): boolean => url === '/ours/engine.html';

async function openHost(site: Site): Promise<Page> {
  const { page } = await newPage();
  await page.goto(site.url);
  return page;
}

/** What a host may see of us in its page. */
const marksOn = (page: Page) =>
  page.evaluate(async () => ({
    isolated: crossOriginIsolated,
    controlled: navigator.serviceWorker.controller !== null,
    scopes: (await navigator.serviceWorker.getRegistrations()).map(({ scope }) => new URL(scope).pathname),
  }));

/** The kinds of workers that run for the page. */
const scriptsOf = (page: Page) =>
  [...new Set(page.workers().map((worker) => /(\w+)-[\w-]+\.js$/.exec(worker.url())?.[1]))].sort();

const hasThreads = (info: RerankerInfo) => {
  expect(info).toMatchObject({ host: 'frame', fallbacks: [] });
  // Which number is worth while is measured, so that a busy machine may stay with one.
  expect(info.threads).toBeLessThanOrEqual(availableParallelism());
};

describe('a page that nobody isolates', () => {
  it('has threads by a frame for which the server sends the header, and no service worker', async () => {
    const site = await openSite(({ url }, response, next) => {
      if (isFrame(url)) response.setHeader('document-isolation-policy', DIP['document-isolation-policy']);
      next();
    });
    const page = await openHost(site);
    hasThreads(await load(page));
    expect(await page.locator('iframe').count()).toBe(1);
    expect(await page.locator('iframe').isVisible()).toBe(false);
    await expect
      .poll(() => scriptsOf(page))
      .toEqual(availableParallelism() > 1 ? ['thread', 'worker'] : ['worker']);
    expect(await marksOn(page)).toEqual({ isolated: false, controlled: false, scopes: [] });
    expect(await rank(page, 5)).toHaveLength(5);
    await page.evaluate('reranker.dispose()');
    await expect.poll(() => page.locator('iframe').count(), { timeout: 30_000 }).toBe(0);
  });

  it('has threads by our service worker, which neither controls nor reloads it; the next visit at once', async () => {
    const site = await openSite();
    const page = await openHost(site);
    await page.evaluate('window.mark = 1');
    hasThreads(await load(page));
    expect(await marksOn(page)).toEqual({
      isolated: false,
      controlled: false,
      scopes: ['/ours/engine.html'],
    });
    expect(await page.evaluate('mark')).toBe(1);
    const engine = page.frames().find((frame) => isFrame(new URL(frame.url()).pathname));
    expect(await engine?.evaluate('crossOriginIsolated')).toBe(true);

    await page.reload();
    const asked = site.requests.length;
    hasThreads(await load(page));
    expect(site.requests.slice(asked).filter((url) => isFrame(url))).toEqual([]);
    expect(await marksOn(page)).toMatchObject({ controlled: false });
  });

  it('gets the same scores with the frame’s threads as with one', async () => {
    const plain = await openSite(({ url }, response, next) =>
      isFrame(url) ? response.writeHead(404).end() : next(),
    );
    const one = await openHost(plain);
    expect(await load(one)).toMatchObject({ host: 'worker', threads: 1 });
    const many = await openHost(await openSite());
    hasThreads(await load(many));
    expect(await rank(many, 20)).toEqual(await rank(one, 20));
  });

  it('has its engine back after it has removed the frame', async () => {
    const page = await openHost(await openSite());
    await load(page);
    await page.evaluate('document.querySelector("iframe").remove()');
    expect(await rank(page, 3)).toHaveLength(3);
  });
});

describe('without the frame there is one thread, and nothing hangs, where', () => {
  const oneThread = (reason: unknown) => ({
    host: 'worker',
    threads: 1,
    fallbacks: [{ device: 'wasm', only: 'threads', code: 'not-isolated', reason }],
  });

  it.each<[string, Site['handler'], unknown]>([
    [
      'neither the server nor a service worker sends the header',
      ({ url }, response, next) => (url?.includes('service-worker') ? response.writeHead(404).end() : next()),
      expect.stringMatching(/^the frame is not isolated; no service worker/),
    ],
    [
      'the service worker cannot be installed',
      ({ url }, response, next) => (url === '/ours/case-matcher.js' ? response.writeHead(500).end() : next()),
      expect.stringMatching(/^the frame is not isolated; /),
    ],
    [
      'the service worker is never answered',
      ({ url }, _, next) => (url?.includes('service-worker') ? undefined : next()),
      'the frame is not isolated; the service worker does not start',
    ],
    [
      'the server forbids frames by X-Frame-Options',
      (_, response, next) => {
        response.setHeader('x-frame-options', 'DENY');
        next();
      },
      'the frame does not answer',
    ],
    [
      'the frame is gone',
      ({ url }, response, next) => (isFrame(url) ? response.writeHead(404).end() : next()),
      'the frame does not answer',
    ],
    [
      'the frame is never answered',
      ({ url }, _, next) => (isFrame(url) ? undefined : next()),
      'the frame does not answer',
    ],
    [
      'the page’s policy forbids frames',
      ({ url }, response, next) => {
        if (url === '/') response.setHeader('content-security-policy', "frame-src 'none'");
        next();
      },
      'blocked by frame-src',
    ],
  ])('%s', async (_, handler, reason) => {
    const page = await openHost(await openSite(handler));
    expect(await load(page)).toMatchObject(oneThread(reason));
    expect(await rank(page, 3)).toHaveLength(3);
    expect(await page.locator('iframe').count()).toBe(0);
  });

  it('a script of another origin poses as the frame', async () => {
    const page = await openHost(
      await openSite(({ url }, response, next) => (isFrame(url) ? response.writeHead(404).end() : next())),
    );
    const loading = load(page);
    await page.evaluate(() => postMessage({ kind: 'case-matcher-frame', isolated: true }, '*'));
    expect(await loading).toMatchObject(oneThread('the frame does not answer'));
  });
});

it('a strict page with Trusted Types has threads, and reports no violation', async () => {
  const policy =
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; require-trusted-types-for 'script'";
  const site = await openSite((_, response, next) => {
    response.setHeader('content-security-policy', policy);
    next();
  });
  const { page, seen } = await newPage();
  await page.goto(site.url);
  const violations = page.evaluate(
    () =>
      new Promise((resolve) => {
        const found: string[] = [];
        document.addEventListener('securitypolicyviolation', ({ violatedDirective }) =>
          found.push(violatedDirective),
        );
        addEventListener('looked', () => resolve(found));
      }),
  );
  hasThreads(await load(page));
  expect(await rank(page, 3)).toHaveLength(3);
  await page.evaluate(() => dispatchEvent(new Event('looked')));
  expect(await violations).toEqual([]);
  // The favicon is a data URL, which this policy blocks.
  expect(seen.console.filter((text) => !text.includes('data:,'))).toEqual([]);
});
