import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { repositoryFile } from '../exported/repository.ts';
import { newPage, useChromium } from './browser.ts';
import { buildWith, nextRelease, Site } from './site.ts';

useChromium();

const EMPTY =
  '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><link rel="icon" href="data:,"><title>page</title>';
const EXPORT = ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'onnx/model_quantized.onnx'];

let build = '';
beforeAll(async () => {
  build = await buildWith({ 'page.html': EMPTY });
  for (const path of EXPORT) {
    const file = join(build, 'models/export', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, repositoryFile('plain', path) as Buffer);
  }
});

const sites: Site[] = [];
afterEach(() => Promise.all(sites.splice(0).map((site) => site.close())));

/** The build under /ours/, and pages of the host beside it. */
async function openSite(folder = build): Promise<Site> {
  const site = new Site({ '/ours/': folder });
  site.handler = ({ url }, response, next) => {
    if (!url?.startsWith('/host')) return next();
    const script = hostScripts[url];
    response.setHeader('content-type', script === undefined ? 'text/html' : 'text/javascript');
    response.end(script ?? EMPTY);
  };
  sites.push(site);
  await site.open();
  return site;
}

const hostScripts: Readonly<Record<string, string>> = {
  '/host-classic.js': "self.caseMatcherFolder = '/ours/'; importScripts('/ours/service-worker.js');",
  '/host-module.js': "import { serveFolder } from '/ours/offline.js'; serveFolder('/ours/');",
};

/** Registers a service worker and waits until it controls what it is for. */
async function register(page: Page, script: string, options: RegistrationOptions = {}): Promise<void> {
  await page.evaluate(
    async ([url, how]) => {
      const registration = await navigator.serviceWorker.register(url, how);
      const worker = registration.installing ?? registration.waiting ?? registration.active;
      await new Promise<void>((resolve, reject) => {
        const look = () => {
          if (worker?.state === 'activated') resolve();
          if (worker?.state === 'redundant') reject(new Error('redundant'));
        };
        worker?.addEventListener('statechange', look);
        look();
      });
    },
    [script, options] as const,
  );
}

/** Ranks in a page, by a `Reranker` of the build. As text: vitest would rewrite the import of a function. */
function rank(page: Page, model: string): Promise<string[]> {
  return page.evaluate(`(async () => {
    const { Reranker } = await import('/ours/reranker.js');
    const reranker = await Reranker.load({ model: '/ours/models/${model}/', device: 'wasm' });
    const documents = [{ id: 'a', text: '路灯不亮' }, { id: 'b', text: '垂直运输设备突发停运' }];
    const ranked = await reranker.rank('电梯困人', documents);
    await reranker.dispose();
    return ranked.map(({ id }) => id);
  })()`);
}

async function cutNetwork(site: Site, context: BrowserContext): Promise<void> {
  await site.close();
  await context.setOffline(true);
}

function kept(page: Page): Promise<Record<string, string[]>> {
  return page.evaluate(async () => {
    const all: Record<string, string[]> = {};
    for (const name of await caches.keys()) {
      const requests = await (await caches.open(name)).keys();
      all[name] = requests.map(({ url }) => new URL(url).pathname);
    }
    return all;
  });
}

describe('the service worker of a build', () => {
  it('loads page, engine and runtime with the server gone, and asks it for nothing', async () => {
    const site = await openSite();
    const { page, context } = await newPage();
    await page.goto(`${site.url}ours/page.html`);
    await register(page, '/ours/service-worker.js');
    const online = [await rank(page, 'demo'), await rank(page, 'export')];
    await cutNetwork(site, context);
    const again = await context.newPage();
    await again.goto(`${site.url}ours/page.html`);
    expect([await rank(again, 'demo'), await rank(again, 'export')]).toEqual(online);
    expect(online[0]).toEqual(['b', 'a']);
    // While the server can answer it is asked whether there is a newer build or model, and for nothing else.
    await site.open();
    await context.setOffline(false);
    site.requests.length = 0;
    await again.reload();
    expect([await rank(again, 'demo'), await rank(again, 'export')]).toEqual(online);
    expect(site.requests.filter((path) => !/^.ours.(service-worker.js$|models.)/.test(path))).toEqual([]);
  });

  it('keeps no model, no more of the runtime than was used, and a runtime that a page says it has used', async () => {
    const site = await openSite();
    const { page } = await newPage();
    await page.goto(`${site.url}ours/page.html`);
    await register(page, '/ours/service-worker.js');
    await rank(page, 'demo');
    const files = Object.values(await kept(page)).flat();
    expect(files).toEqual(
      expect.arrayContaining(['/ours/index.html', '/ours/reranker.js', '/ours/engine.html']),
    );
    expect(files.filter((path) => /ours.(models|api)|\.wasm$/.test(path))).toEqual([]);
    const wasm = await page.evaluate(async () => {
      const worker = await (await fetch('./service-worker.js')).text();
      const path = /assets\/ort-wasm-simd-threaded-[\w-]+\.wasm/.exec(worker)?.[0];
      const url = new URL(`/ours/${path}`, location.href).href;
      navigator.serviceWorker.controller?.postMessage({
        kind: 'case-matcher-keep',
        urls: [url, 'https://elsewhere.test/x', null],
      });
      return new URL(url).pathname;
    });
    await expect.poll(async () => Object.values(await kept(page)).flat()).toContain(wasm);
  });

  it('keeps the runtime of an engine that had been loaded before there was a service worker', async () => {
    const site = await openSite();
    const { page, context } = await newPage();
    await page.goto(`${site.url}ours/page.html`);
    const online = await rank(page, 'export');
    await register(page, '/ours/service-worker.js');
    const files = async () => Object.values(await kept(page)).flat();
    await expect.poll(async () => (await files()).filter((path) => path.endsWith('.wasm'))).toHaveLength(1);
    await cutNetwork(site, context);
    await page.reload();
    expect(await rank(page, 'export')).toEqual(online);
  });

  it('isolates the engine page inside a page that is neither isolated nor controlled', async () => {
    const site = await openSite();
    const { page } = await newPage();
    await page.goto(`${site.url}host`);
    await register(page, '/ours/service-worker.js');
    const frame = await page.evaluate(async () => {
      const element = document.createElement('iframe');
      const loaded = new Promise((resolve) => element.addEventListener('load', resolve));
      element.src = '/ours/engine.html';
      document.body.append(element);
      await loaded;
      return { host: crossOriginIsolated, controlled: navigator.serviceWorker.controller !== null };
    });
    expect(frame).toEqual({ host: false, controlled: false });
    const engine = page.frames().find((one) => one.url().endsWith('/engine.html'));
    expect(await engine?.evaluate(() => crossOriginIsolated)).toBe(true);
    const header = await engine?.evaluate(async () => [...(await fetch('./page.html')).headers.keys()]);
    expect(header).not.toContain('document-isolation-policy');
  });

  it('leaves a page that is open during a release its own files, and then moves on as a whole', async () => {
    const site = await openSite();
    const { page, context } = await newPage();
    await page.goto(`${site.url}ours/page.html`);
    await register(page, '/ours/service-worker.js');
    site.folders = { '/ours/': await nextRelease(build) };
    await page.evaluate(async () => void (await (await navigator.serviceWorker.ready).update()));
    await expect
      .poll(() => page.evaluate(async () => (await navigator.serviceWorker.ready).waiting?.state))
      .toBe('installed');
    // None of its scripts had been loaded yet, and none of them is on the server any more.
    expect(await rank(page, 'demo')).toEqual(['b', 'a']);
    const beside = await context.newPage();
    await beside.goto(`${site.url}ours/page.html`);
    const release = (of: Page) => of.evaluate(() => document.documentElement.dataset['release']);
    expect(await release(beside)).toBeUndefined();
    await beside.close();
    await page.close();
    const next = await context.newPage();
    await expect
      .poll(async () => {
        await next.goto(`${site.url}ours/page.html`);
        return release(next);
      })
      .toBe('next');
    expect(await rank(next, 'demo')).toEqual(['b', 'a']);
    expect(Object.keys(await kept(next))).toHaveLength(2);
  });

  it.each([
    ['an HTML page with 200', '<!doctype html><p>login</p>'],
    ['other bytes', 'export {};'],
    ['a 404', undefined],
  ])('stays as it is where the server has %s in place of one script of a release', async (_, body) => {
    const site = await openSite();
    const { page, context } = await newPage();
    await page.goto(`${site.url}ours/page.html`);
    await register(page, '/ours/service-worker.js');
    const before = await kept(page);
    site.folders = { '/ours/': await nextRelease(build) };
    const sound = site.handler;
    site.handler = (request, response, next) => {
      if (!/worker-released/.test(request.url ?? '')) return sound(request, response, next);
      response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'text/html' }).end(body);
    };
    const update = () =>
      page.evaluate(async () => {
        const registration = await navigator.serviceWorker.ready;
        await registration.update();
        const { installing } = registration;
        if (!installing) return registration.waiting?.state;
        return new Promise<string>((resolve) => {
          installing.addEventListener('statechange', () => resolve(installing.state));
        });
      });
    expect(await update()).toBe('redundant');
    expect(await kept(page)).toEqual(before);
    expect(await rank(page, 'demo')).toEqual(['b', 'a']);
    site.handler = sound;
    expect(await update()).toBe('installed');
    await cutNetwork(site, context);
    expect(await rank(page, 'demo')).toEqual(['b', 'a']);
  });

  it('is installed where a host has left out the demo desk', async () => {
    const site = await openSite();
    const sound = site.handler;
    site.handler = (request, response, next) =>
      /index/.test(request.url ?? '') ? response.writeHead(404).end() : sound(request, response, next);
    const { page } = await newPage();
    await page.goto(`${site.url}ours/page.html`);
    await register(page, '/ours/service-worker.js');
    expect(await rank(page, 'demo')).toEqual(['b', 'a']);
    const files = Object.values(await kept(page)).flat();
    expect(files).toContain('/ours/engine.html');
    expect(files).not.toContain('/ours/index.html');
  });

  it('passes on what the server has where its own files are gone', async () => {
    const site = await openSite();
    const { page } = await newPage();
    await page.goto(`${site.url}ours/page.html`);
    await register(page, '/ours/service-worker.js');
    site.folders = { '/ours/': await nextRelease(build) };
    await page.evaluate(async () => {
      for (const name of await caches.keys()) await caches.delete(name);
    });
    await page.reload();
    expect(await page.evaluate(() => document.documentElement.dataset['release'])).toBe('next');
    expect(await rank(page, 'demo')).toEqual(['b', 'a']);
  });

  it.each([
    ['importScripts', '/host-classic.js', 'classic'],
    ['an import', '/host-module.js', 'module'],
  ] as const)('is part of a host’s own by %s, and touches nothing else of it', async (_, script, type) => {
    const site = await openSite();
    const { page, context } = await newPage();
    await page.goto(`${site.url}host`);
    await register(page, script, { type, scope: '/' });
    await page.reload();
    expect(await rank(page, 'demo')).toEqual(['b', 'a']);
    expect(
      Object.values(await kept(page))
        .flat()
        .filter((path) => !path.startsWith('/ours/')),
    ).toEqual([]);
    const answer = (path: string) =>
      page.evaluate(
        (url) =>
          fetch(url).then(
            ({ status }) => status,
            () => 'none',
          ),
        path,
      );
    expect(await answer('/host/data')).toBe(200);
    await cutNetwork(site, context);
    expect(await answer('/host/data')).toBe('none');
    expect(await rank(page, 'demo')).toEqual(['b', 'a']);
  });
});
