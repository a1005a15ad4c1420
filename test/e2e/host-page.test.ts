import { describe, expect, inject, it } from 'vitest';
import { createTicketApi } from '../../src/demo/api/api.ts';
import { newPage, nextEvent, useChromium } from './browser.ts';
import { DIST, Site } from './site.ts';

useChromium();
const base = inject('plainUrl');

const candidates = JSON.stringify([
  { id: 'A', text: '路灯损坏，夜间出行不便' },
  { id: 'B', text: '电梯停运，居民被困轿厢', handling: { unit: '市场监管局', days: 2 } },
  { id: 'C', text: '咨询公积金提取流程' },
  { id: '__proto__', text: '<img src=x onerror="window.hacked = true">噪音扰民' },
]);

/** What a host's IT department writes by hand. */
const handWritten = `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>host</title>
<script type="module" src="./case-matcher.js"></script>
<case-matcher model="./models/demo/" device="wasm"></case-matcher>
<script type="module" src="./host.js"></script></html>`;
const hostScript = `const panel = document.querySelector('case-matcher');
panel.candidates = ${candidates};
panel.ticket = { id: 'T', text: '小区电梯又坏了，老人被困在里面' };`;

async function openHost(headers: Record<string, string> = {}) {
  const opened = await newPage();
  const { page } = opened;
  const html = { body: handWritten, contentType: 'text/html', headers };
  await page.route(`${base}host.html`, (route) => route.fulfill(html));
  await page.route(`${base}host.js`, (route) =>
    route.fulfill({ body: hostScript, contentType: 'text/javascript' }),
  );
  return opened;
}

describe('dist/ on a plain static server with a hand-written page', () => {
  it('defines the element by one script, and ranks without isolation', async () => {
    const { page, seen } = await openHost();
    const detail = await nextEvent(page, 'case-match', () => page.goto(`${base}host.html`));
    expect(detail).toMatchObject({ ticketId: 'T', ranked: 4, rankedByModel: true });
    expect((detail['cases'] as { id: string }[])[0]?.id).toBe('B');
    expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
    expect(seen.urls.filter((url) => !url.startsWith(base))).toEqual([]);
    expect(seen.console).toEqual([]);
  });

  it('exports Reranker from reranker.js, usable without any UI', async () => {
    const { page } = await openHost();
    await page.goto(`${base}host.html`);
    // As text: vitest would rewrite the import of a function.
    const result = (await page.evaluate(`(async () => {
      const { Reranker } = await import('./reranker.js');
      const reranker = await Reranker.load({ model: './models/demo', device: 'wasm' });
      const documents = [{ id: 'a', text: '路灯不亮' }, { id: 'b', text: '垂直运输设备突发停运' }];
      const ranked = await reranker.rank('电梯困人', documents);
      await reranker.dispose();
      return { ids: ranked.map(({ id }) => id), info: reranker.info };
    })()`)) as { ids: string[]; info: object };
    expect(result.ids).toEqual(['b', 'a']);
    expect(result.info).toMatchObject({ device: 'wasm', host: 'frame', variant: 'wasm-int8' });
  });

  describe('under a strict policy with Trusted Types, on every file of it', () => {
    const policy =
      "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; require-trusted-types-for 'script'; report-uri /reports";
    const isolation = {
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
    };

    it.each([
      ['a plain host page', 'host.html', {}],
      ['an isolated host page', 'host.html', isolation],
      ['the desk with its service worker', '?device=wasm', isolation],
    ])('%s works and reports no violation', async (_, path, headers) => {
      const reports: string[] = [];
      const tickets = createTicketApi({
        archiveUrl: new URL('../../src/demo/archive.jsonl', import.meta.url),
        queueUrl: new URL('../../src/demo/queue.json', import.meta.url),
      });
      const site = new Site({ '/': DIST }, (request, response, next) => {
        const body = { '/host.html': handWritten, '/host.js': hostScript }[request.url ?? ''];
        if (request.url === '/reports') {
          request.on('data', (part) => reports.push(String(part))).on('end', () => response.end());
        } else if (request.url === '/favicon.ico') response.writeHead(204).end();
        else if (body !== undefined) {
          response.setHeader('content-type', request.url === '/host.js' ? 'text/javascript' : 'text/html');
          response.end(body);
        } else tickets(request, response, next);
      });
      site.headers = { ...headers, 'content-security-policy': policy };
      await site.open();
      const { page, seen } = await newPage();
      await page.addInitScript(() =>
        addEventListener('securitypolicyviolation', (event) => console.log(event.violatedDirective)),
      );
      const open = () => page.goto(site.url + path);
      expect(await nextEvent(page, 'case-match', open)).toMatchObject({ rankedByModel: true });
      if (path !== 'host.html') {
        await page.evaluate(async () => void (await navigator.serviceWorker.ready));
        expect(await nextEvent(page, 'case-match', open)).toMatchObject({ rankedByModel: true });
      }
      expect(seen.console).toEqual([]);
      expect(reports).toEqual([]);
      // That there would have been some.
      const forbidden = page.evaluate(() => document.body.insertAdjacentHTML('beforeend', '<b>x</b>'));
      await expect(forbidden).rejects.toThrow('TrustedHTML');
      await expect.poll(() => reports).toHaveLength(1);
      await site.close();
    });
  });
});
