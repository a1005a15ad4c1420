import type { Page } from 'playwright-core';
import { afterEach } from 'vitest';
import type { RankedDocument, RerankerInfo } from '../../src/reranker/index.ts';
import { DIST, Site } from './site.ts';

const HTML =
  '<!doctype html><html lang="zh-CN"><title>host</title><link rel="icon" href="data:,"><body></body>';

const sites: Site[] = [];
afterEach(() => Promise.all(sites.splice(0).map((site) => site.close())));

/** The build under /ours/, and at / a page of a host that knows nothing of isolation. */
export async function openSite(handler: Site['handler'] = (_, __, next) => next()): Promise<Site> {
  const site = new Site({ '/ours/': DIST });
  site.handler = (request, response, next) =>
    handler(request, response, () => {
      if (request.url !== '/') next();
      else response.setHeader('content-type', 'text/html').end(HTML);
    });
  sites.push(site);
  await site.open();
  return site;
}

/** Loads the demo model into the page's `reranker`. The options are code, since they may hold functions. */
export function load(page: Page, options = ''): Promise<RerankerInfo> {
  // As text: vitest would rewrite the import of a function.
  return page.evaluate(`(async () => {
    const { Reranker } = await import('/ours/reranker.js');
    window.reranker = await Reranker.load({ model: '/ours/models/demo/', device: 'wasm', ${options} });
    return reranker.info;
  })()`);
}

/** The code of the error that loading fails with. */
export function loadFails(page: Page, options = ''): Promise<{ code: string; details: object }> {
  return page.evaluate(`import('/ours/reranker.js').then(({ Reranker }) =>
    Reranker.load({ model: '/ours/models/demo/', device: 'wasm', ${options} })
  ).then(() => 'loaded', ({ code, details, name }) => ({ code: code ?? name, details }))`);
}

/** Ranks so many documents by the page's `reranker`, computing every score anew. */
export function rank(page: Page, count: number): Promise<RankedDocument[]> {
  return page.evaluate(ranking(count));
}

/** Begins to rank; {@link ranked} gives what came of it. `window.heard` is what `onScore` has told. */
export async function beginRanking(page: Page, count: number): Promise<void> {
  await page.evaluate(`window.heard = []; window.ranked = ${ranking(count)}; void 0`);
  await page.waitForFunction('heard.length > 0');
}

export function ranked(page: Page): Promise<RankedDocument[]> {
  return page.evaluate('ranked');
}

function ranking(count: number): string {
  return `reranker.rank(
    '小区电梯困人',
    Array.from({ length: ${count} }, (_, i) => ({ id: 'D' + i, text: '电梯第' + i + '次困人，维保单位更换配件' })),
    { remember: false, onScore: ({ id }, done, total) => window.heard?.push([id, done, total]) },
  )`;
}
