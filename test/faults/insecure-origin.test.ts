import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { newPage, useChromium } from '../e2e/browser.ts';
import { blankPage, CHUNKS, type EngineSite, load, ranks, storedKeys } from './engine-page.ts';
import { usePackSite } from './pack-site.ts';
import { inSmallChunks } from './small-chunks.ts';

useChromium();
const folder = inSmallChunks(256 * 1024);
const some = [...folder.keys()][3] as string;
const server = usePackSite(folder);

/** Plain http, and no address of this computer: what an intranet page is. */
const origin = 'http://desk.intranet';
const site: EngineSite = {
  site: { url: `${origin}/` },
  blank: `${origin}/blank.html`,
  pack: `${origin}/pack/`,
};

async function open(): Promise<{ page: Page; said: string[] }> {
  const { context, seen } = await newPage();
  await context.route(`${origin}/**`, async (route) => {
    const url = route.request().url().replace(`${origin}/`, server.site.url);
    await route.fulfill({ response: await route.fetch({ url }) });
  });
  return { page: await blankPage(context, site), said: seen.console };
}

it('#30 an insecure origin, without crypto.subtle, Web Locks, persist(): it loads, is kept, and ranks', async () => {
  const { page, said } = await open();
  expect(
    await page.evaluate(() => [
      isSecureContext,
      'subtle' in crypto,
      'locks' in navigator,
      'storage' in navigator,
    ]),
  ).toEqual([false, false, false, false]);
  const loaded = await Promise.all([load(page, site), load(page, site)]);
  for (const { info } of loaded) expect(info).toMatchObject({ persisted: true });
  server.chunksAsked();
  expect((await load(page, site)).info).toMatchObject({ fetchedBytes: 0, persisted: true });
  expect(server.chunksAsked()).toEqual([]);
  expect(await ranks(page)).toBe(true);
  expect(said).toEqual([]);
});

it('#30 an insecure origin: a flipped bit is found there as well', async () => {
  server.fault = ({ name, response, bytes }) => {
    if (name !== some) return false;
    const flipped = Buffer.from(bytes);
    flipped[1000] = (flipped[1000] ?? 0) ^ 4;
    response.end(flipped);
    return true;
  };
  const { page } = await open();
  expect((await load(page, site)).error).toMatchObject({ code: 'integrity' });
  expect(await storedKeys(page, CHUNKS)).not.toContain(some.slice(0, 64));
  server.fault = () => false;
  expect((await load(page, site)).info).toMatchObject({ persisted: true });
});
