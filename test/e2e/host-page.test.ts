import { describe, expect, inject, it } from 'vitest';
import { newPage, nextEvent, useChromium } from './browser.ts';

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
  it('defines the element by one script, and ranks on one thread without isolation', async () => {
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
    expect(result.info).toMatchObject({ device: 'wasm', threads: 1, variant: 'wasm-int8' });
  });

  it('works under a strict policy with Trusted Types and reports no violation', async () => {
    const policy =
      "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; require-trusted-types-for 'script'";
    const { page, seen } = await openHost({ 'content-security-policy': policy });
    const detail = await nextEvent(page, 'case-match', () => page.goto(`${base}host.html`));
    expect(detail).toMatchObject({ rankedByModel: true });
    expect(seen.console).toEqual([]);
  });
});
