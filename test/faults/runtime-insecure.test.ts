import { expect, it } from 'vitest';
import { newPage, useChromium } from '../e2e/browser.ts';
import { load, openSite, rank } from '../e2e/plain-host.ts';

// Only addresses of this machine are secure without https.
useChromium('--host-resolver-rules=MAP intranet.test 127.0.0.1');

it('#30 #36 on plain http each tab has an engine of its own with one thread, and info says so', async () => {
  const site = await openSite();
  const url = site.url.replace('127.0.0.1', 'intranet.test');
  const { page, context, seen } = await newPage();
  const tabs = [page, await context.newPage()];
  for (const tab of tabs) {
    await tab.goto(url);
    expect(await tab.evaluate('isSecureContext')).toBe(false);
    expect(await load(tab, "device: 'auto'")).toMatchObject({
      shared: false,
      tab: 'this',
      host: 'worker',
      threads: 1,
      persisted: true,
      fallbacks: [
        { device: 'webgpu', code: 'device-unavailable', reason: 'not a secure context' },
        { device: 'wasm', only: 'threads', code: 'not-isolated', reason: 'not a secure context' },
      ],
    });
    expect(await rank(tab, 3)).toHaveLength(3);
  }
  expect(seen.console).toEqual([]);
});
