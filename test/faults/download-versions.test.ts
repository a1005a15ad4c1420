import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import type { PackManifest } from '../../src/weights/manifest.ts';
import { newPage, useChromium } from '../e2e/browser.ts';
import { blankPage, downloadedKeys, load, ranks } from './engine-page.ts';
import { type PackFault, usePackSite } from './pack-site.ts';
import { inSmallChunks, type PackFolder } from './small-chunks.ts';

useChromium();
/** Three versions of a model at one URL, of which no two share a chunk; the second computes something else. */
const first = inSmallChunks(256 * 1024);
const broken = inSmallChunks(250 * 1024, (manifest) => lie(manifest));
const third = inSmallChunks(240 * 1024);
const site = usePackSite(first);

function lie({ variants }: PackManifest): void {
  const variant = variants['wasm-int8'];
  if (variant === undefined) throw new Error('no wasm-int8');
  Object.assign(variant, { knownLogits: variant.knownLogits.map((row) => row.map((logit) => logit + 9)) });
}

const hashes = (folder: PackFolder): string[] =>
  [...folder.keys()].filter((name) => name.endsWith('.bin')).map((name) => name.slice(0, 64));

const cut: PackFault = ({ response }) => {
  response.destroy();
  return true;
};

async function expectOnlyStored(page: Page, folder: PackFolder): Promise<void> {
  expect(await downloadedKeys(page)).toEqual([...new Set(hashes(folder))].sort());
}

it('#12 new weights at the same URL: versions never mix, and the old one goes once the new one works', async () => {
  const { context } = await newPage();
  const page = await blankPage(context, site);
  await load(page, site);
  await expectOnlyStored(page, first);

  site.folder = third;
  const missing = hashes(third)[5] as string;
  site.fault = ({ name, response }) => {
    if (!name.startsWith(missing)) return false;
    response.writeHead(404).end();
    return true;
  };
  expect((await load(page, site)).error).toMatchObject({ code: 'http', details: { status: 404 } });
  // Half of the new one is there, and the old one is what works without the network.
  site.fault = cut;
  expect((await load(page, site)).info).toMatchObject({ fetchedBytes: 0, persisted: true });
  expect(await ranks(page)).toBe(true);

  site.fault = () => false;
  site.chunksAsked();
  const { info } = await load(page, site);
  expect(info).toMatchObject({ persisted: true });
  expect(site.chunksAsked()).toContain(`${missing}.bin`);
  expect(await ranks(page)).toBe(true);
  await expectOnlyStored(page, third);
});

it('#12 a new version that fails its self-test does not push out the old one, which goes on without the network', async () => {
  const { context } = await newPage();
  const page = await blankPage(context, site);
  await load(page, site);

  site.folder = broken;
  expect((await load(page, site)).error).toMatchObject({ code: 'self-test-failed' });
  // Its bytes are there, so that the next try costs no download.
  site.chunksAsked();
  expect((await load(page, site)).error).toMatchObject({ code: 'self-test-failed' });
  expect(site.chunksAsked()).toEqual([]);

  site.fault = cut;
  expect((await load(page, site)).info).toMatchObject({ fetchedBytes: 0 });
  expect(await ranks(page)).toBe(true);

  site.fault = () => false;
  site.folder = third;
  expect((await load(page, site)).info).toMatchObject({ persisted: true });
  await expectOnlyStored(page, third);
});

it('#12 the old version goes while another tab still runs on it: that one ranks on', async () => {
  const { context } = await newPage();
  const [page, other] = [await blankPage(context, site), await blankPage(context, site)];
  await load(page, site);
  site.folder = third;
  expect((await load(other, site, { model: `${site.pack}?new` })).info).toMatchObject({ persisted: true });
  await expectOnlyStored(other, third);
  expect(await ranks(page)).toBe(true);
  expect(await ranks(other)).toBe(true);
});
