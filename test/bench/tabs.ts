import { type BenchPage, type Browser, Profile } from './browser.ts';
import type { Row } from './engines.ts';
import { ProcessMemory } from './process-memory.ts';
import type { Site } from './site.ts';

const MANY = 10;
/** After work, until what it has left behind is given back. */
const REST_MILLISECONDS = 3000;

/** Bytes that an engine takes beyond empty tabs. */
export interface TabFigures {
  readonly one: number;
  readonly many: number;
}

/** The memory of an engine that one tab has, and of one that ten share: all processes of the browser together. */
export async function measureTabs(
  site: Site,
  { engine }: Row,
  say: (line: string) => void,
): Promise<TabFigures | undefined> {
  const profile = await Profile.create();
  try {
    const measured = async (count: number): Promise<number | undefined> => {
      say(`${count} of ${MANY} tabs …`);
      return profile.visit((browser) => measureVisit(browser, { site, engine, count }));
    };
    // The first visit downloads; only what it would leave in memory is of another kind.
    if ((await measured(1)) === undefined) return undefined;
    const [one, many] = [await measured(1), await measured(MANY)];
    return one === undefined || many === undefined ? undefined : { one, many };
  } finally {
    profile.remove();
  }
}

export function tabReport({ one, many }: TabFigures): string {
  const mebibytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MiB`;
  const more = Math.round((many / one - 1) * 100);
  return `Beyond empty tabs, an engine for one tab takes ${mebibytes(one)}, for ${MANY} tabs ${mebibytes(many)} (${more} % more).`;
}

async function measureVisit(
  browser: Browser,
  { site, engine, count }: { site: Site; engine: Row['engine']; count: number },
): Promise<number | undefined> {
  const memory = await ProcessMemory.find(browser.mark);
  if (memory === undefined) return undefined;
  const pages: BenchPage[] = [];
  for (let i = 0; i < count; i++) pages.push(await browser.open(site.address));
  const empty = await atRest(memory);
  const work = { query: '电梯困人', documents: ['电梯停运，居民被困轿厢', '路灯损坏'], options: {} };
  for (const page of pages) {
    await page.call(engine.page, 'load', engine.load);
    await page.call(engine.page, 'rank', work);
  }
  return (await atRest(memory)) - empty;
}

async function atRest(memory: ProcessMemory): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, REST_MILLISECONDS));
  return memory.read();
}
