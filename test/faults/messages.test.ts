import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newPage, nextEvent, useChromium } from '../e2e/browser.ts';
import { DIST, Site } from '../e2e/site.ts';

useChromium();

const HOST = `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><link rel="icon" href="data:,"><title>host</title>
<script type="module" src="./case-matcher.js"></script>
<case-matcher model="./models/demo/" device="wasm"></case-matcher></html>`;

/** Says everything that a page of ours would say, and what none would. */
const NOISE = `
  const start = { kind: 'start', worker: 'data:text/javascript,postMessage(1)', engine: 'x', channel: 'x', start: {} };
  const noise = [
    null, 0, '', 'ready', [], {}, { kind: null }, { kind: 'ready' }, { kind: '__proto__' }, start,
    { kind: 'case-matcher-frame', isolated: true }, { kind: 'case-matcher-crashed', details: {} },
    { kind: 'result', id: 0, result: null }, { kind: 'error', id: 0, error: { kind: 'abort' } },
    JSON.parse('{"__proto__":{"polluted":true},"kind":"constructor"}'),
  ];
  const say = (target) => { for (const one of noise) { try { target.postMessage(one, '*'); } catch {} } };
`;

const foreign = new Site({}, ({ url }, response) => {
  const frame = new URL(url ?? '/', 'http://foreign').searchParams.get('frame');
  response
    .setHeader('content-type', 'text/html')
    .end(`<!doctype html><link rel="icon" href="data:,"><script>${NOISE}
    const begin = () => setInterval(() => { say(parent); for (const one of document.querySelectorAll('iframe')) say(one.contentWindow); }, 20);
    begin();
  </script>${frame ? `<iframe src="${frame}"></iframe>` : ''}`);
});
const site = new Site({ '/': DIST }, ({ url }, response, next) => {
  if (!url?.startsWith('/host.html')) return next();
  response.setHeader('content-type', 'text/html').end(HOST);
});
beforeAll(async () => {
  await site.open();
  await foreign.open();
});
afterAll(() => Promise.all([site.close(), foreign.close()]));

const TICKET = `
  const panel = document.querySelector('case-matcher');
  panel.candidates = [{ id: 'A', text: '路灯损坏' }, { id: 'B', text: '电梯停运，居民被困轿厢' }, { id: 'C', text: '噪音扰民' }];
`;

describe('#70 messages that are none of ours', () => {
  it('change nothing while a page loads and ranks, whether its own scripts or a foreign frame send them', async () => {
    const { page, seen } = await newPage();
    await page.goto(`${site.url}host.html`);
    await page.evaluate(`${NOISE}
      setInterval(() => {
        say(window);
        for (const frame of document.querySelectorAll('iframe')) say(frame.contentWindow);
      }, 20);
      const frame = document.createElement('iframe');
      frame.src = '${foreign.url}';
      document.body.append(frame);
      ${TICKET}`);
    for (const text of ['小区电梯又坏了', '老人被困在电梯里']) {
      const detail = await nextEvent(page, 'case-match', () =>
        page.evaluate((words) => {
          const panel = document.querySelector('case-matcher') as HTMLElement & { ticket: unknown };
          panel.ticket = { id: words, text: words };
        }, text),
      );
      expect(detail).toMatchObject({ ticketId: text, ranked: 3, rankedByModel: true });
      expect((detail['cases'] as { id: string }[])[0]?.id).toBe('B');
    }
    expect(await page.evaluate(() => 'polluted' in {})).toBe(false);
    expect(seen.console).toEqual([]);
  });

  it('start no worker in the engine’s page, which a foreign page has put in a frame of its own', async () => {
    const { page } = await newPage();
    const workers: string[] = [];
    page.on('worker', (worker) => workers.push(worker.url()));
    await page.goto(`${foreign.url}?frame=${encodeURIComponent(`${site.url}engine.html`)}`);
    const engine = await page.waitForSelector('iframe').then((frame) => frame.contentFrame());
    await engine?.waitForLoadState();
    // As many turns as it takes to have heard everything several times.
    await engine?.evaluate(() => new Promise((resolve) => setTimeout(resolve, 500)));
    expect(engine?.url()).toBe(`${site.url}engine.html`);
    expect(workers).toEqual([]);
  });
});
