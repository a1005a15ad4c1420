import type { BenchPage, Browser } from './browser.ts';
import type { Row } from './engines.ts';
import type { LoadReport, RankReport } from './pages/engine.ts';
import { evenlySpread, median, sum } from './statistics.ts';
import type { BenchText } from './workload.ts';

/** A row's engine, loaded on a page of its own. */
export interface Running {
  readonly row: Row;
  readonly page: BenchPage;
  readonly details: string;
  readonly threads: number;
}

export interface RowTimes {
  readonly name: string;
  readonly details: string;
  /** Documents that were ranked; less than all where the rest is an estimate. */
  readonly measured: number;
  /** Seconds from the call on, medians over the queries. */
  readonly firstScore: number;
  /** Until every document had a score, so that there are three best of all of them. */
  readonly firstTop3: number;
  readonly all: number;
  /** Of the documents' tokens. */
  readonly tokensPerSecond: number;
  /** Readings of whole documents, mean over the queries; fewer than documents where passages settle the rest. */
  readonly readInFull: number;
  /** How many of the first row's three best this row has as well, mean over the queries; of all documents only. */
  readonly sameTop3: number | undefined;
}

/** Loads every row's engine side by side in one browser. */
export async function startAll(browser: Browser, address: string, rows: readonly Row[]): Promise<Running[]> {
  const running: Running[] = [];
  for (const row of rows) {
    const page = await browser.open(address);
    const { details, threads } = await page.call<LoadReport>(row.engine.page, 'load', row.engine.load);
    running.push({ row, page, details, threads });
  }
  return running;
}

export function rankOn(
  { row, page }: Running,
  query: BenchText,
  documents: readonly BenchText[],
): Promise<RankReport> {
  return page.call<RankReport>(row.engine.page, 'rank', {
    query: query.text,
    documents: documents.map(({ text }) => text),
    options: row.options,
  });
}

interface Workload {
  readonly queries: readonly BenchText[];
  readonly documents: readonly BenchText[];
  /** Tokens of a pair besides query and document. */
  readonly promptTokens: number;
}

interface QueryTimes {
  readonly firstScore: number;
  readonly firstTop3: number;
  readonly all: number;
  readonly readInFull: number;
  readonly top3: readonly number[] | undefined;
}

/** Every query on every engine by turns, so that what else the machine does falls on all of them. */
export async function timeAll(
  running: readonly Running[],
  workload: Workload,
  say: (line: string) => void,
): Promise<RowTimes[]> {
  const times = new Map<Running, QueryTimes[]>(running.map((one) => [one, []]));
  for (const [i, query] of workload.queries.entries()) {
    for (const one of running) {
      const timed = await timeQuery(one, query, workload);
      times.get(one)?.push(timed);
      say(`  query ${i + 1} of ${workload.queries.length}, ${one.row.name}: ${timed.all.toFixed(1)} s`);
    }
  }
  const reference = times.get(running[0] as Running) as QueryTimes[];
  return running.map((one) => summary(one, times.get(one) as QueryTimes[], reference, workload));
}

async function timeQuery(one: Running, query: BenchText, workload: Workload): Promise<QueryTimes> {
  const { documents, promptTokens } = workload;
  const chosen = sampleOf(documents, one.row.share);
  const { scores, milliseconds } = await rankOn(one, query, chosen);
  const pairTokens = (texts: readonly BenchText[]): number =>
    sum(texts.map(({ tokens }) => promptTokens + query.tokens + tokens));
  // Whole pairs cost by their tokens; what is not sampled is not scaled.
  const scale = chosen === documents ? 1 : pairTokens(documents) / pairTokens(chosen);
  const all = (milliseconds / 1000) * scale;
  const seen = new Set<number>();
  const complete = scores.find(({ document }) => seen.add(document).size === chosen.length);
  return {
    firstScore: (scores[0]?.at ?? Number.NaN) / 1000,
    firstTop3: ((complete?.at ?? Number.NaN) / 1000) * scale,
    all,
    readInFull: scores.filter(({ full }) => full).length,
    top3: chosen === documents ? bestThree(scores) : undefined,
  };
}

function bestThree(scores: RankReport['scores']): number[] {
  const last = new Map(scores.map(({ document, logit }) => [document, logit]));
  const sorted = [...last].sort(([, a], [, b]) => b - a);
  return sorted.slice(0, 3).map(([document]) => document);
}

function summary(
  { row, details }: Running,
  times: readonly QueryTimes[],
  reference: readonly QueryTimes[],
  { documents }: Workload,
): RowTimes {
  const all = median(times.map((time) => time.all));
  const overlaps = times.map(({ top3 }, i) => top3?.filter((id) => reference[i]?.top3?.includes(id)).length);
  return {
    name: row.name,
    details,
    measured: sampleOf(documents, row.share).length,
    firstScore: median(times.map((time) => time.firstScore)),
    firstTop3: median(times.map((time) => time.firstTop3)),
    all,
    tokensPerSecond: sum(documents.map(({ tokens }) => tokens)) / all,
    readInFull: sum(times.map((time) => time.readInFull)) / times.length,
    sameTop3: overlaps.includes(undefined) ? undefined : sum(overlaps as number[]) / times.length,
  };
}

/** The first document, so that first scores can be compared, and others evenly spread over the lengths. */
function sampleOf(documents: readonly BenchText[], share: number): readonly BenchText[] {
  if (share === 1) return documents;
  const count = Math.ceil(documents.length * share);
  const [first, ...others] = documents as [BenchText, ...BenchText[]];
  const sorted = others.sort((a, b) => a.tokens - b.tokens);
  return [first, ...evenlySpread(sorted, count - 1)];
}
