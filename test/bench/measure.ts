import { type Agreement, measureAgreement } from './agreement.ts';
import { type Browser, Profile } from './browser.ts';
import { type CostCurve, costOfCandidates, costOfLength } from './cost.ts';
import { ourRows, promptParts, type Row, transformersRow, wllamaRow } from './engines.ts';
import { describeRun } from './facts.ts';
import { FULL_SIZE } from './model/random-model.ts';
import type { BenchOptions } from './options.ts';
import { measureProducts, type ProductFigures } from './products.ts';
import { type RowTimes, type Running, startAll, timeAll } from './side-by-side.ts';
import type { Site } from './site.ts';
import { type GrowthFigures, measureGrowth, measureVisits, type VisitFigures } from './visits.ts';
import type { BenchText, Texts, Workload } from './workload.ts';

/** Tokens of the texts that a first score is made of. */
const SHORT_TOKENS = 16;
/** Parts of a prompt may make a few more tokens joined than each by itself. */
const ROOM_TOKENS = 16;

export interface Results {
  /** What was measured where, a line each. */
  readonly facts: readonly string[];
  readonly documents: number;
  readonly rows: readonly { readonly times: RowTimes; readonly visits: VisitFigures }[];
  readonly agreement: readonly Agreement[];
  readonly candidates: CostCurve;
  readonly length: CostCurve;
  readonly products: ProductFigures | undefined;
  readonly growth: GrowthFigures | undefined;
}

interface Setting {
  readonly site: Site;
  readonly texts: Texts;
  readonly options: BenchOptions;
  readonly workload: Workload;
  readonly say: (line: string) => void;
}

/** All measurements: what is compared in one browser, and memory and loading in browsers of their own. */
export async function measure(given: Omit<Setting, 'workload'>): Promise<Results> {
  const { texts, options, site, say } = given;
  const { amounts } = options;
  const workload = texts.draw(amounts.queries, amounts.documents);
  const setting = { ...given, workload };
  const { rows, times, ...together } = await Profile.once((browser) => measureTogether(browser, setting));
  const visits = await measureAllVisits(rows, setting);

  const [{ engine }] = rows as [Row];
  say('Many queries in a row …');
  const inARow = texts.draw(amounts.queriesInARow, amounts.documentsInARow);
  const growth = await measureGrowth(site, engine, inARow);
  return {
    ...together,
    documents: workload.documents.length,
    rows: times.map((time, i) => ({ times: time, visits: visits[i] as VisitFigures })),
    growth,
  };
}

async function measureTogether(browser: Browser, setting: Setting) {
  const { site, texts, options, workload, say } = setting;
  const { amounts, demo, layers } = options;
  const page = await browser.open(site.address);
  const adapter = await page.call<string | undefined>('adapter', 'describeAdapter', {});
  say(adapter === undefined ? 'No GPU adapter: no WebGPU rows.' : `WebGPU on ${adapter}.`);
  const promptTokens = texts.count(promptParts().join(''));
  const most = (all: readonly BenchText[]): number => Math.max(...all.map(({ tokens }) => tokens));
  const context = promptTokens + most(workload.queries) + most(workload.documents) + ROOM_TOKENS;
  const rows = rowsFor(options, { context, gpu: adapter !== undefined });
  say('Loading every engine …');
  const running = await startAll(browser, site.address, rows);
  const [exhaustive] = running as [Running];
  say('The same short pairs on every engine …');
  const agreement = await measureAgreement(running, texts);
  say('Ranking …');
  const times = await timeAll(running, { ...workload, promptTokens }, say);
  say('Cost …');
  const candidates = await costOfCandidates(exhaustive, texts, amounts.counts, say);
  const lengths = { lengths: amounts.lengths, documents: amounts.documentsOfLength };
  const length = await costOfLength(exhaustive, texts, lengths, say);
  const sizes = { ...FULL_SIZE, layers };
  const products = demo ? undefined : await measureProducts({ running: exhaustive, page, sizes, texts });
  const seen = { browser: browser.version, adapter, source: texts.source, workload };
  return { rows, agreement, times, candidates, length, products, facts: describeRun(options, seen) };
}

function rowsFor(
  { demo, threads }: BenchOptions,
  { context, gpu }: { context: number; gpu: boolean },
): Row[] {
  const onGpu = (rows: readonly Row[]): readonly Row[] => (gpu ? rows : []);
  const own = [...ourRows('/pack/'), ...onGpu(ourRows('/pack/', 'webgpu'))];
  if (demo) return own;
  return [
    ...own,
    transformersRow('q8', { threads }),
    transformersRow('q4', { threads }),
    ...onGpu([transformersRow('q4', { threads, device: 'webgpu' })]),
    wllamaRow({ threads, context }),
  ];
}

async function measureAllVisits(rows: readonly Row[], setting: Setting): Promise<VisitFigures[]> {
  const { queries, documents } = setting.workload;
  const visits: VisitFigures[] = [];
  for (const row of rows) {
    setting.say(`Memory and loading of ${row.name} …`);
    visits.push(
      await measureVisits(setting.site, row, {
        query: queries[0] as BenchText,
        // One after another takes as much memory as the longest: a slow engine ranks that one.
        documents: row.share === 1 ? documents : [longest(documents)],
        first: shortPair(setting),
      }),
    );
  }
  return visits;
}

function longest(documents: readonly BenchText[]): BenchText {
  return documents.reduce((most, document) => (document.tokens > most.tokens ? document : most));
}

/** A query and a document of a few tokens, cut from a workload's. */
export function shortPair({ texts, workload }: Pick<Setting, 'texts' | 'workload'>): {
  query: BenchText;
  document: BenchText;
} {
  const short = (text: BenchText | undefined): BenchText => texts.cut(text?.text ?? '', SHORT_TOKENS);
  return { query: short(workload.queries[0]), document: short(workload.documents[0]) };
}
