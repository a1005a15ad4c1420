import { type Browser, Profile } from './browser.ts';
import type { Engine, Row } from './engines.ts';
import type { LoadReport, RankReport } from './pages/engine.ts';
import { ProcessMemory } from './process-memory.ts';
import type { Site } from './site.ts';
import type { BenchText } from './workload.ts';

/** The browser settles after its start, and after a page has done something. */
const SETTLE_MILLISECONDS = 2000;

export interface VisitFigures {
  /** Sent by the server at the first visit, page and library included. */
  readonly downloadBytes: number;
  /** Seconds until the engine can score, at the first visit, from a server on this machine. */
  readonly firstLoad: number;
  /** At the second visit, from what the browser has kept. */
  readonly cachedLoad: number;
  /** From the start of that load to the score of one short document. */
  readonly cachedFirstScore: number;
  /** Bytes of all the browser's processes above an empty page; undefined where they cannot be read. */
  readonly peakAtFirstLoad: number | undefined;
  readonly peakAtCachedLoad: number | undefined;
  readonly peakWhileRanking: number | undefined;
}

interface VisitWork {
  readonly query: BenchText;
  readonly documents: readonly BenchText[];
  /** Both short. */
  readonly first: { readonly query: BenchText; readonly document: BenchText };
}

/** Two visits to a row's engine in a browser of its own: one that downloads, one that finds everything. */
export async function measureVisits(site: Site, row: Row, work: VisitWork): Promise<VisitFigures> {
  const { engine, options } = row;
  const profile = await Profile.create();
  try {
    const sent = site.bytesSent;
    const first = await profile.visit((browser) =>
      measured(browser, site, (page, peak) =>
        peak(() => page.call<LoadReport>(engine.page, 'load', engine.load)),
      ),
    );
    const downloadBytes = site.bytesSent - sent;
    const second = await profile.visit((browser) =>
      measured(browser, site, async (page, peak) => {
        const rank = (query: BenchText, documents: readonly BenchText[]): Promise<RankReport> =>
          page.call(engine.page, 'rank', {
            query: query.text,
            documents: documents.map(({ text }) => text),
            options,
          });
        const loaded = await peak(() => page.call<LoadReport>(engine.page, 'load', engine.load));
        const score = await rank(work.first.query, [work.first.document]);
        const ranked = await peak(() => rank(work.query, work.documents));
        return { loaded, score, ranked };
      }),
    );
    const cachedLoad = second.loaded.result.milliseconds / 1000;
    return {
      downloadBytes,
      firstLoad: first.result.milliseconds / 1000,
      cachedLoad,
      cachedFirstScore: cachedLoad + second.score.milliseconds / 1000,
      peakAtFirstLoad: first.peak,
      peakAtCachedLoad: second.loaded.peak,
      peakWhileRanking: second.ranked.peak,
    };
  } finally {
    profile.remove();
  }
}

/** Bytes above an empty page after each query of a round, and of another round of the same ones. */
export type GrowthFigures = readonly [readonly number[], readonly number[]];

/**
 * Memory after each of many queries in a row, all of them twice: the keys and values of the latest query are held, so
 * that after a longer one there is more. Undefined where it cannot be read.
 */
export async function measureGrowth(
  site: Site,
  engine: Engine,
  work: { queries: readonly BenchText[]; documents: readonly BenchText[] },
): Promise<GrowthFigures | undefined> {
  const documents = work.documents.map(({ text }) => text);
  return Profile.once((browser) =>
    measured(browser, site, async (page, _, read) => {
      await page.call(engine.page, 'load', engine.load);
      const round = async (): Promise<readonly number[] | undefined> => {
        const after: number[] = [];
        for (const { text } of work.queries) {
          await page.call(engine.page, 'rank', { query: text, documents, options: { remember: false } });
          await settle();
          const now = await read();
          if (now === undefined) return undefined;
          after.push(now);
        }
        return after;
      };
      const [first, second] = [await round(), await round()];
      return first && second && ([first, second] as const);
    }),
  );
}

/** In words. */
export function growthReport(growth: GrowthFigures | undefined): string {
  if (growth === undefined) return 'Memory is read from /proc, which is not here.';
  const megabytes = (bytes: number): string => String(Math.round(bytes / 1e6));
  const [first, second] = growth.map((round) => round.map(megabytes).join(', '));
  const queries = growth[0].length;
  // After the same query, and after the longest one has made room.
  const [before = 0, after = 0] = growth.map((round) => round[queries - 1]);
  return (
    `Memory after each of ${queries} queries in a row, MB: ${first}; after the same ones once more: ${second}; ` +
    `from the end of one round to that of the next ${((after - before) / queries / 1e6).toFixed(2)} MB a query.`
  );
}

export interface StoreFigures {
  readonly bytes: number;
  /** Seconds to read every stored byte, and nothing else. */
  readonly reading: number;
  /** Seconds from the start of a load out of the store to the score of one short document. */
  readonly firstScore: number;
}

/** Loads from IndexedDB and reads the same bytes alone, by turns, each in a browser just started; the fastest of each. */
export async function measureStore(
  site: Site,
  engine: Engine,
  work: { query: BenchText; document: BenchText; times: number },
): Promise<StoreFigures> {
  const profile = await Profile.create();
  const visit = <T>(task: (page: Page) => Promise<T>): Promise<T> =>
    profile.visit(async (browser) => {
      const page = await browser.open(site.address);
      await settle();
      return task(page);
    });
  const loadAndScore = async (page: Page): Promise<number> => {
    const load = await page.call<LoadReport>(engine.page, 'load', engine.load);
    const { text } = work.document;
    const argument = { query: work.query.text, documents: [text], options: { remember: false } };
    const score = await page.call<RankReport>(engine.page, 'rank', argument);
    return (load.milliseconds + score.milliseconds) / 1000;
  };
  try {
    await visit(loadAndScore);
    let [bytes, reading, firstScore] = [0, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    for (let time = 0; time < work.times; time++) {
      const read = await visit((page) =>
        page.call<{ bytes: number; milliseconds: number }>('storage', 'readAll', {}),
      );
      bytes = read.bytes;
      reading = Math.min(reading, read.milliseconds / 1000);
      firstScore = Math.min(firstScore, await visit(loadAndScore));
    }
    return { bytes, reading, firstScore };
  } finally {
    profile.remove();
  }
}

/** In words. */
export function storeReport({ bytes, reading, firstScore }: StoreFigures): string {
  return (
    `From IndexedDB: ${firstScore.toFixed(2)} s to a first score; reading its ${Math.round(bytes / 1e6)} MB alone ` +
    `takes ${reading.toFixed(2)} s (${(firstScore / reading).toFixed(2)}×).`
  );
}

type Page = Awaited<ReturnType<Browser['open']>>;
type Peak = <T>(task: () => Promise<T>) => Promise<{ result: T; peak: number | undefined }>;

/** Opens an empty page, and lets `task` read what memory there is above it. */
async function measured<T>(
  browser: Browser,
  site: Site,
  task: (page: Page, peak: Peak, read: () => Promise<number | undefined>) => Promise<T>,
): Promise<T> {
  const memory = await ProcessMemory.find(browser.mark);
  const page = await browser.open(site.address);
  await settle();
  const empty = (await memory?.read()) ?? 0;
  const peak: Peak = async (work) => {
    if (memory === undefined) return { result: await work(), peak: undefined };
    const { result, peak: most } = await memory.peakWhile(work);
    return { result, peak: most - empty };
  };
  return task(page, peak, async () => memory && (await memory.read()) - empty);
}

function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, SETTLE_MILLISECONDS));
}
