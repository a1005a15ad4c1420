import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { newPage, useChromium } from '../e2e/browser.ts';
import { beginRanking, load, loadFails, openSite, rank, ranked } from '../e2e/plain-host.ts';
import { type Site, temporaryFolder } from '../e2e/site.ts';
import { repositoryFile } from '../exported/repository.ts';
import { isWorker, now, onSignal, sabotage } from './sabotage.ts';

useChromium();

/** An export, which runs on onnxruntime. */
const EXPORT = ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'onnx/model_quantized.onnx'];
let models = '';
beforeAll(() => {
  models = temporaryFolder();
  for (const path of EXPORT) {
    const file = join(models, 'export', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, repositoryFile('plain', path) as Buffer);
  }
});

async function openPage(site: Site): Promise<Page> {
  const { page } = await newPage();
  await page.goto(site.url);
  return page;
}

/** The next load is as if nothing had been. */
async function works(page: Page, options = ''): Promise<void> {
  await load(page, options);
  expect(await rank(page, 3)).toHaveLength(3);
}

const html = (response: Parameters<Site['handler']>[1]): unknown =>
  response.setHeader('content-type', 'text/html').end('<!doctype html><title>login</title>');

describe('the files of the runtime', () => {
  const onnx = "model: '/models/export/'";

  it.each<[string, RegExp, Site['handler']]>([
    ['#31 wasm that is gone', /\.wasm$/, (_, response) => void response.writeHead(404).end()],
    ['#31 wasm that is an HTML page with 200', /\.wasm$/, (_, response) => html(response)],
    ['#32 glue that cannot be imported', /\.mjs$/, (_, response) => void response.writeHead(503).end()],
    ['#32 glue that is an HTML page with 200', /\.mjs$/, (_, response) => html(response)],
  ])('%s: the runtime is unavailable, and works once the server is mended', async (_, file, fault) => {
    let broken = true;
    const site = await openSite((request, response, next) =>
      broken && file.test(request.url ?? '') ? fault(request, response, next) : next(),
    );
    site.folders = { ...site.folders, '/models/': models };
    const page = await openPage(site);
    expect(await loadFails(page, onnx)).toMatchObject({ code: 'runtime-unavailable' });
    broken = false;
    await works(page, onnx);
  });

  it('#31 wasm of the wrong type is compiled all the same', async () => {
    const site = await openSite();
    site.folders = { ...site.folders, '/models/': models };
    site.handler = ((before) => (request, response, next) => {
      if (request.url?.endsWith('.wasm')) request.url += '?';
      before(request, response, next);
    })(site.handler);
    await works(await openPage(site), onnx);
  });

  it('#46 worker script that is gone after a redeploy: worker-crashed, without a hang', async () => {
    let gone = true;
    const site = await openSite(({ url }, response, next) =>
      gone && isWorker(url) ? response.writeHead(404).end() : next(),
    );
    const page = await openPage(site);
    expect(await loadFails(page)).toMatchObject({ code: 'worker-crashed' });
    gone = false;
    await works(page);
  });

  it('#37 COEP on the page and not on the files: worker-crashed, without a hang', async () => {
    const site = await openSite(({ url }, response, next) => {
      if (url === '/') response.setHeader('cross-origin-embedder-policy', 'require-corp');
      if (url === '/') response.setHeader('cross-origin-opener-policy', 'same-origin');
      next();
    });
    expect(await loadFails(await openPage(site))).toMatchObject({ code: 'worker-crashed' });
  });
});

describe('a Content-Security-Policy', () => {
  const policyOf = (policy: string) =>
    openSite((_, response, next) => {
      response.setHeader('content-security-policy', policy);
      next();
    });

  it('#33 without wasm-unsafe-eval: csp-blocked names the directive, and nothing is downloaded', async () => {
    const site = await policyOf("script-src 'self'; worker-src 'self'; connect-src 'self'");
    expect(await loadFails(await openPage(site))).toMatchObject({
      code: 'csp-blocked',
      details: { directive: "script-src 'wasm-unsafe-eval'" },
    });
    expect(site.requests.filter((url) => url.endsWith('.bin'))).toEqual([]);
  });

  it('#34 #35 with wasm-unsafe-eval alone and no blob: works and reports nothing', async () => {
    const site = await policyOf(
      "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; img-src data:",
    );
    const { page, seen } = await newPage();
    await page.goto(site.url);
    await works(page);
    expect(seen.console).toEqual([]);
  });
});

describe('what a browser lacks', () => {
  it.each([
    [
      'no IndexedDB',
      'Object.defineProperty(globalThis, "indexedDB", { value: undefined })',
      { persisted: false },
    ],
    [
      'no SharedArrayBuffer',
      'delete globalThis.SharedArrayBuffer; Object.defineProperty(globalThis, "crossOriginIsolated", { value: false })',
      { threads: 1 },
    ],
    ['no WebGPU', 'Object.defineProperty(navigator, "gpu", { value: undefined })', { device: 'wasm' }],
  ])('%s: the engine runs, and says so', async (_, code, info) => {
    const page = await openPage(await openSite(sabotage(code).handler));
    expect(await load(page)).toMatchObject(info);
    expect(await rank(page, 3)).toHaveLength(3);
  });

  it.each([
    [
      'no SIMD',
      `const { Module } = WebAssembly;
       WebAssembly.Module = function (bytes) { throw new WebAssembly.CompileError('Wasm SIMD unsupported'); }`,
      { code: 'runtime-unavailable', details: { device: 'wasm', reason: 'no WebAssembly SIMD' } },
    ],
    [
      '#47 too little memory',
      `WebAssembly.Memory = function () { throw new RangeError('WebAssembly.Memory(): could not allocate memory') }`,
      { code: 'out-of-memory' },
    ],
    ['#47 a top-level throw', `throw new Error('top level')`, { code: 'worker-crashed' }],
  ])('%s: a typed error, and the next load works', async (_, code, error) => {
    const { handler, mend } = sabotage(code);
    const page = await openPage(await openSite(handler));
    expect(await loadFails(page)).toMatchObject(error);
    mend();
    await works(page);
  });

  it('no Worker: a typed error', async () => {
    const site = await openSite(({ url }, response, next) =>
      url === '/ours/engine.html' ? response.writeHead(404).end() : next(),
    );
    const page = await openPage(site);
    await page.evaluate('delete window.Worker');
    expect(await loadFails(page)).toMatchObject({
      code: 'runtime-unavailable',
      details: { reason: 'no workers' },
    });
  });

  it('no BroadcastChannel: an engine of its own', async () => {
    const page = await openPage(await openSite());
    await page.evaluate('delete window.BroadcastChannel');
    expect(await load(page)).toMatchObject({ shared: false, tab: 'this' });
    expect(await rank(page, 3)).toHaveLength(3);
  });
});

describe('in mid-run', () => {
  const kernels = (code: string) => `
    const { instantiate } = WebAssembly;
    WebAssembly.instantiate = async (...args) => {
      const { exports } = await instantiate(...args);
      return { exports: { ...exports, layer: (...rest) => { ${code}; return exports.layer(...rest); } } };
    }`;

  it('#49 run k throws: the call is answered by a new engine, and so are all after it', async () => {
    const code = `let broken = false; ${onSignal('broken = true')}; ${kernels(
      "if (broken) { broken = false; throw new WebAssembly.RuntimeError('unreachable'); }",
    )}`;
    const page = await openPage(await openSite(sabotage(code).handler));
    await load(page);
    const expected = await rank(page, 300);
    await beginRanking(page, 300);
    await page.evaluate(now);
    expect(await ranked(page)).toEqual(expected);
    expect(await rank(page, 300)).toEqual(expected);
  });

  it('#47 wasm traps again and again: all pending calls reject, and the next works', async () => {
    const { handler, mend } = sabotage(
      `let runs = 0; ${kernels("if (++runs > 200) throw new WebAssembly.RuntimeError('unreachable')")}`,
    );
    const page = await openPage(await openSite(handler));
    await load(page);
    const outcomes = await page.evaluate(`Promise.allSettled([1, 2, 3].map((n) => reranker.rank(
      'q' + n, Array.from({ length: 500 }, (_, i) => ({ id: String(i), text: '电梯' + i })), { remember: false },
    ))).then((all) => all.map(({ reason }) => reason?.code))`);
    const typed = expect.stringMatching(/^(runtime-unavailable|worker-crashed)$/);
    expect(outcomes).toEqual([typed, typed, typed]);
    mend();
    expect(await rank(page, 3)).toHaveLength(3);
  });
});

describe('life and death', () => {
  it('#44 an intended dispose reports nothing, and leaves nothing behind', async () => {
    const { page, seen } = await newPage();
    await page.goto((await openSite()).url);
    await load(page);
    await page.evaluate('reranker.dispose()');
    await expect.poll(() => page.workers().length, { timeout: 30_000 }).toBe(0);
    expect(await page.locator('iframe').count()).toBe(0);
    expect(seen.console).toEqual([]);
  });

  it('#45 create and dispose twenty times: works, and no worker, frame, or lock is left', async () => {
    const page = await openPage(await openSite());
    for (let i = 0; i < 20; i++) {
      await load(page);
      expect(await rank(page, 1)).toHaveLength(1);
      await page.evaluate('reranker.dispose()');
    }
    await expect.poll(() => page.workers().length, { timeout: 30_000 }).toBe(0);
    expect(await page.locator('iframe').count()).toBe(0);
    await expect
      .poll(() => page.evaluate('navigator.locks.query()'), { timeout: 30_000 })
      .toEqual({ held: [], pending: [] });
  });
});

/** Loading hangs where a crash could come from; then the tab crashes. */
async function crashWhileLoading(site: Site, open: () => Promise<Page>): Promise<void> {
  const page = await open();
  await page.goto(site.url);
  load(page, 'onProgress: ({ phase }) => { window.phase = phase }').catch(() => {});
  await page.waitForFunction('window.phase === "runtime"');
  const crash = page.waitForEvent('crash');
  const session = await page.context().newCDPSession(page);
  session.send('Page.crash').catch(() => {});
  await crash;
}

describe('#51 the last two loads never finished', () => {
  it('the next starts one step lower and says so; a retry takes the step again', async () => {
    const { handler, mend } = sabotage('WebAssembly.instantiate = () => new Promise(() => {})');
    const site = await openSite(handler);
    const { context, page } = await newPage();
    // Weights that are stored already: what breaks off while it comes from the network is no crash of ours.
    mend();
    await page.goto(site.url);
    await load(page);
    await page.evaluate('reranker.dispose()');
    const again = sabotage('WebAssembly.instantiate = () => new Promise(() => {})');
    const blank = site.handler;
    site.handler = (request, response, next) =>
      again.handler(request, response, () => blank(request, response, next));
    const open = () => context.newPage();
    await crashWhileLoading(site, open);
    await crashWhileLoading(site, open);
    again.mend();

    const info = await load(page);
    expect(info).toMatchObject({ host: 'worker', threads: 1 });
    expect(info.fallbacks).toEqual([
      { device: 'wasm', only: 'threads', code: 'crash-loop', reason: expect.any(String) },
    ]);
    expect(await rank(page, 3)).toHaveLength(3);
    await page.evaluate('reranker.dispose()');
    expect(await load(page, 'retry: true')).toMatchObject({ host: 'frame', fallbacks: [] });
    await page.evaluate('reranker.dispose()');
    expect(await load(page)).toMatchObject({ host: 'frame', fallbacks: [] });
  });

  it('a tab that was closed, or a download that broke off, is no crash', async () => {
    const { handler, mend } = sabotage('WebAssembly.instantiate = () => new Promise(() => {})');
    const site = await openSite(handler);
    const { context, page } = await newPage();
    for (let i = 0; i < 3; i++) {
      const closed = await context.newPage();
      await closed.goto(site.url);
      load(closed, 'onProgress: ({ phase }) => { window.phase = phase }').catch(() => {});
      await closed.waitForFunction('window.phase === "runtime"');
      await closed.close();
    }
    mend();
    await page.goto(site.url);
    expect(await load(page)).toMatchObject({ host: 'frame', fallbacks: [] });
  });
});
