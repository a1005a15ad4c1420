import { expect, it } from 'vitest';
import { newPage, openProfile, useChromium } from '../e2e/browser.ts';
import { temporaryFolder } from '../e2e/site.ts';
import { blankPage, CHUNKS, load, storedKeys } from './engine-page.ts';
import { useExportSite } from './export-site.ts';

useChromium();
const site = useExportSite();
const exported = { dtype: 'fp32' } as const;

it.each([
  ['on disk', async () => openProfile(temporaryFolder())],
  // It has another backend, which refuses values of more than 133 MB.
  ['in a private window', async () => (await newPage()).context],
])('#20 a model of 320 MB is stored %s and read back: no value is too large', async (_, open) => {
  site.size = 320 * 2 ** 20;
  const page = await blankPage(await open(), site);
  expect((await load(page, site, { exported })).info).toMatchObject({ persisted: true });
  expect((await storedKeys(page, CHUNKS)).length).toBeGreaterThanOrEqual(10);
  const { info } = await load(page, site, { exported });
  expect(info).toMatchObject({ fetchedBytes: 0, persisted: true });
  expect(info?.totalBytes).toBeGreaterThan(320 * 2 ** 20);
});
