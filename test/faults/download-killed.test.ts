import { afterEach, expect, it } from 'vitest';
import { temporaryFolder } from '../e2e/site.ts';
import { blankPage, CHUNKS, load, ranks, storedKeys } from './engine-page.ts';
import { KillableChromium } from './killable-chromium.ts';
import { usePackSite } from './pack-site.ts';
import { inSmallChunks } from './small-chunks.ts';

const folder = inSmallChunks(16 * 1024);
const site = usePackSite(folder);
const chunks = [...folder.keys()].filter((name) => name.endsWith('.bin'));
const KILLS = 10;
/** Chunks fetched at the same time (src/weights/pack.ts): each kill can cost so many that were not verified yet. */
const LANES = 3;

let open: KillableChromium | undefined;
afterEach(async () => {
  await open?.kill();
  open = undefined;
});

/** mulberry32 (T. Ettinger): the same "random" moments in each run of the test. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

it('#2 the browser killed at ten random moments of the first download: the eleventh start completes it and fetches no verified chunk twice', async () => {
  const random = randomOf(20260101);
  const profile = temporaryFolder();
  const fetched = new Map<string, number>();
  /** Chunks that a page has seen in the store before the browser was killed: they have to be there afterwards. */
  const seen = new Set<string>();
  let left = 0;
  let kill: (() => void) | undefined;
  site.fault = async ({ name }) => {
    if (!name.endsWith('.bin')) return false;
    fetched.set(name, (fetched.get(name) ?? 0) + 1);
    await new Promise((done) => setTimeout(done, 20));
    left--;
    if (left === 0) setTimeout(() => kill?.(), 60 * random());
    return false;
  };

  for (let start = 1; start <= KILLS + 1; start++) {
    open = await KillableChromium.open(profile);
    const page = await blankPage(open.context, site);
    const stored = new Set(await storedKeys(page, CHUNKS));
    expect([...seen].filter((key) => !stored.has(key))).toEqual([]);
    site.chunksAsked();
    const loading = load(page, site);
    if (start <= KILLS) {
      left = 1 + Math.floor((random() * chunks.length) / KILLS);
      const killed = new Promise<void>((done) => {
        kill = done;
      });
      const watching = (async () => {
        for (;;) for (const key of await storedKeys(page, CHUNKS)) seen.add(key);
      })();
      const ended = Promise.allSettled([loading, watching]);
      await killed;
      await open.kill();
      await ended;
    } else {
      const { info } = await loading;
      expect(info).toMatchObject({ persisted: true });
      expect(info?.fetchedBytes).toBeLessThan(info?.totalBytes ?? 0);
      expect(await ranks(page)).toBe(true);
    }
    const again = site.chunksAsked().filter((name) => stored.has(name.slice(0, 64)));
    expect(again).toEqual([]);
  }
  // In each start something was stored, or this shows nothing.
  expect(seen.size).toBeGreaterThan(KILLS);
  const total = [...fetched.values()].reduce((sum, count) => sum + count, 0);
  expect(fetched.size).toBe(chunks.length);
  expect(total - chunks.length).toBeLessThanOrEqual(KILLS * LANES);
}, 300_000);
