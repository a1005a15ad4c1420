import { readdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openProfile, useChromium } from '../e2e/browser.ts';
import { temporaryFolder } from '../e2e/site.ts';
import { blankPage, load, ranks } from './engine-page.ts';
import { usePackSite } from './pack-site.ts';
import { inSmallChunks } from './small-chunks.ts';

useChromium();
const site = usePackSite(inSmallChunks(256 * 1024));

/** All files of IndexedDB in a profile. */
function databaseFiles(profile: string): string[] {
  const folder = join(profile, 'Default', 'IndexedDB');
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

const isBlob = (path: string): boolean => /\.blob\b/.test(path);

it.each([
  ['the database', (path: string) => !isBlob(path)],
  ['the Blobs', isBlob],
  ['everything', () => true],
])('#29 %s overwritten on disk: repaired or run from memory, and never stuck', async (_, isHit) => {
  const profile = temporaryFolder();
  const first = await openProfile(profile);
  expect((await load(await blankPage(first, site), site)).info).toMatchObject({ persisted: true });
  await first.close();
  const hit = databaseFiles(profile).filter(isHit);
  expect(hit.length).toBeGreaterThan(0);
  for (const path of hit) writeFileSync(path, Buffer.alloc(4096, 'damaged '));

  const context = await openProfile(profile);
  const page = await blankPage(context, site);
  expect((await load(page, site)).error).toBe(undefined);
  expect(await ranks(page)).toBe(true);
  expect((await load(page, site)).error).toBe(undefined);
  expect(await ranks(page)).toBe(true);
});

// Chromium 156 spins for ever, and the whole browser with it, where it is to read a Blob that is composed of parts of a
// file which has become shorter.
it('#29 the Blobs cut short under a running engine: fetched again, and never stuck', async () => {
  const profile = temporaryFolder();
  const page = await blankPage(await openProfile(profile), site);
  expect((await load(page, site)).info).toMatchObject({ persisted: true });
  for (const path of databaseFiles(profile).filter(isBlob)) truncateSync(path, 4096);
  expect(await ranks(page)).toBe(true);
  expect((await load(page, site)).error).toBe(undefined);
  expect(await ranks(page)).toBe(true);
});
