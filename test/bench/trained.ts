import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ROOT } from '../../tools/setup.mjs';
import type { Split } from '../eval/evaluate.ts';
import { splitTasks } from '../eval/tasks.ts';
import { Profile } from './browser.ts';
import { ourRows, transformersRow } from './engines.ts';
import { type RowTimes, startAll, timeAll } from './side-by-side.ts';
import type { Site } from './site.ts';
import { evenlySpread, sum } from './statistics.ts';
import type { Texts, Workload } from './workload.ts';

/** The demo model's test split at the length of real complaints. */
const SPLIT = resolve(ROOT, 'test/eval/long-test-split.json');

/** Of one query: both strategies on the same weights, which were trained, and transformers.js on random ones. */
type TrainedTimes = readonly [exhaustive: RowTimes, anytime: RowTimes, other: RowTimes];

/** Queries, evenly spread over the split's lengths, each with BM25's best candidates. */
export async function trainedWork(
  texts: Texts,
  amounts: { queries: number; documents: number },
): Promise<Workload[]> {
  const { archive, queries } = JSON.parse(await readFile(SPLIT, 'utf8')) as Split;
  const sorted = [...queries].sort((a, b) => a.text.length - b.text.length);
  const tasks = await splitTasks({
    archive,
    queries: evenlySpread(sorted, amounts.queries),
    count: amounts.queries,
    candidates: amounts.documents,
  });
  return tasks.map(({ query, texts: documents }) => ({
    queries: [texts.asQuery(query)],
    documents: documents.map((text) => texts.asDocument(text)),
  }));
}

/**
 * Both strategies on the demo model in full size (`model/grown-pack.ts`), and transformers.js q8, which takes the time it
 * takes whatever its weights: what an anytime ranking spares depends on how much a passage tells of its text, of which
 * random weights know nothing. Each reads the same texts by its own tokenizer; the demo model's makes more tokens of them.
 */
export async function measureTrained(
  site: Site,
  { work, ...rest }: { work: readonly Workload[]; promptTokens: number; threads: number },
  say: (line: string) => void,
): Promise<TrainedTimes[]> {
  const rows = [...ourRows('/grown/'), transformersRow('q8', rest)];
  return Profile.once(async (browser) => {
    const running = await startAll(browser, site.address, rows);
    const all: TrainedTimes[] = [];
    for (const one of work) {
      const times = await timeAll(running, { ...one, ...rest }, say);
      all.push(times as unknown as TrainedTimes);
    }
    return all;
  });
}

/** In words, and a table. */
export function trainedReport(times: readonly TrainedTimes[], work: readonly Workload[]): string {
  const seconds = (row: 0 | 1 | 2): number => sum(times.map((query) => query[row].all));
  const ratio = (over: 0 | 1 | 2, under: 0 | 1): string => (seconds(over) / seconds(under)).toFixed(2);
  const [[, anytime, other] = []] = times;
  const count = work[0]?.documents.length ?? 0;
  const lines = times.map(([whole, passages, q8], i) => {
    const { documents, queries } = work[i] as Workload;
    const tokens = sum(documents.map((document) => document.tokens));
    const cells = [queries[0]?.tokens, tokens, ...[whole, passages, q8].map(({ all }) => all.toFixed(1))];
    return `| ${[...cells, passages.readInFull, passages.sameTop3].join(' | ')} |`;
  });
  return [
    `Queries of the demo model's test split at the length of real complaints, each with BM25's first ${count} tickets; the ` +
      `demo model in full size; ${other?.name} with random weights, measured on ${other?.measured} of the tickets.`,
    [
      `| query tokens | tickets' tokens | exhaustive, s | anytime, s | ${other?.name}, s | read in full | same of the best 3 |`,
      '|---|---|---|---|---|---|---|',
      ...lines,
    ].join('\n'),
    `All together ${anytime?.name} is **${ratio(0, 1)}× faster** than exhaustive, and **${ratio(2, 1)}× faster** than ` +
      `${other?.name} (exhaustive ${ratio(2, 0)}×). Tokens are Qwen's; the demo model reads more of them.`,
  ].join('\n\n');
}
