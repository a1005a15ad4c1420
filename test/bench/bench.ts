import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { resolve } from 'node:path';
import { ROOT } from '../../tools/setup.mjs';
import { measureAgreement } from './agreement.ts';
import { Profile } from './browser.ts';
import { costOfCandidates, costOfLength } from './cost.ts';
import { ourRows, promptParts, type Row, transformersRow, wllamaRow } from './engines.ts';
import { FULL_SIZE } from './model/random-model.ts';
import { ensureModels } from './models.ts';
import { type BenchOptions, readOptions, USAGE } from './options.ts';
import { plot } from './plot.ts';
import { measureProducts } from './products.ts';
import { type Results, report } from './report.ts';
import { type Running, startAll, timeAll } from './side-by-side.ts';
import { buildPages, Site } from './site.ts';
import { measureGrowth, measureStore, measureVisits } from './visits.ts';
import { type BenchText, Texts } from './workload.ts';

const HERE = import.meta.dirname;
const CACHE = resolve(HERE, '.cache');
const PAGES = ['ours', 'transformers', 'wllama', 'products', 'storage', 'adapter'];
const DOCS = resolve(ROOT, 'docs/bench');
const PLOT = 'cost.svg';
const SHORT_TOKENS = 16;

/** `npm run bench`: builds what is missing, measures, and prints the figures. */
export async function main(argv: readonly string[]): Promise<void> {
  const options = readOptions(argv);
  if (options === undefined) return console.log(USAGE);
  const models = options.demo ? undefined : await ensureModels(options.layers, say);
  const pages = resolve(CACHE, 'pages');
  await buildPages(Object.fromEntries(PAGES.map((name) => [name, resolve(HERE, `pages/${name}.ts`)])), pages);
  const packages = resolve(HERE, 'node_modules');
  const demo = resolve(ROOT, 'public/models/demo');
  const site = await Site.start({
    pages,
    assets: resolve(pages, 'assets'),
    pack: models === undefined ? demo : resolve(models.folder, 'pack'),
    twins: models?.folder ?? '',
    transformers: resolve(packages, '@huggingface/transformers/dist'),
    onnxruntime: resolve(packages, 'onnxruntime-web/dist'),
    wllama: resolve(packages, '@wllama/wllama/esm'),
  });
  try {
    const tokenizer = models?.tokenizer ?? (await tokenizerOf(demo));
    const results = await measure(site, new Texts(tokenizer, options), options);
    const svg = plot([
      {
        title: 'Time against candidates',
        xLabel: 'candidates',
        yLabel: 'seconds',
        curves: results.candidates,
      },
      {
        title: 'Time against length',
        xLabel: 'tokens of a document',
        yLabel: 'ms a document',
        curves: [results.length],
      },
    ]);
    console.log(report(results, { plot: undefined }));
    if (options.write) {
      await mkdir(DOCS, { recursive: true });
      await writeFile(resolve(DOCS, PLOT), svg);
      await writeFile(resolve(DOCS, 'README.md'), `# Benchmark\n\n${report(results, { plot: PLOT })}`);
      say(`Written: docs/bench/README.md and ${PLOT}`);
    }
  } finally {
    await site.close();
  }
}

async function measure(site: Site, texts: Texts, options: BenchOptions): Promise<Results> {
  const { amounts } = options;
  const { queries, documents } = texts.draw(amounts.queries, amounts.documents);
  const short = (text: BenchText | undefined): BenchText => texts.cut(text?.text ?? '', SHORT_TOKENS);
  const first = { query: short(queries[0]), document: short(documents[0]) };
  const profile = await Profile.create();
  try {
    const sideBySide = await profile.visit(async (browser) => {
      const adapter = await (await browser.open(site.address)).call<string | undefined>(
        'adapter',
        'describeAdapter',
        {},
      );
      say(adapter === undefined ? 'No GPU adapter: no WebGPU rows.' : `WebGPU on ${adapter}.`);
      const rows = rowsFor(options, adapter !== undefined);
      say('Loading every engine …');
      const running = await startAll(browser, site.address, rows);
      const [exhaustive, anytime] = running as [Running, Running];
      say('The same short pairs on every engine …');
      const agreement = await measureAgreement(running, texts);
      say('Ranking …');
      const promptTokens = texts.count(promptParts().join(''));
      const times = await timeAll(running, { queries, documents, promptTokens }, say);
      say('Cost …');
      const candidates = await costOfCandidates([exhaustive, anytime], texts, amounts.counts, say);
      const { lengths, documentsOfLength } = amounts;
      const length = await costOfLength(exhaustive, texts, { lengths, documents: documentsOfLength }, say);
      const page = await browser.open(site.address);
      const sizes = { ...FULL_SIZE, layers: options.layers };
      say(options.demo ? '' : 'Matrix products …');
      const products = options.demo
        ? undefined
        : await measureProducts({ running: exhaustive, page, sizes, texts });
      const facts = factsOf(options, texts, { browser: browser.version, adapter, queries, documents });
      return { rows, agreement, times, candidates, length, products, facts };
    });
    const { rows, times, ...others } = sideBySide;
    const measured: Results['rows'][number][] = [];
    for (const [i, row] of rows.entries()) {
      say(`Memory and loading of ${row.name} …`);
      const ranked = row.share === 1 ? documents : sampled(documents);
      const visits = await measureVisits(site, row, {
        query: queries[0] as BenchText,
        documents: ranked,
        first,
      });
      measured.push({ times: times[i] as Results['rows'][number]['times'], visits });
    }
    const [{ engine }] = rows as [Row];
    say('Many queries in a row …');
    const growth = await measureGrowth(
      site,
      engine,
      texts.draw(amounts.queriesInARow, amounts.documentsInARow),
    );
    say('Loading against reading …');
    const store = await measureStore(site, engine, { ...first, times: amounts.loads });
    return { ...others, rows: measured, documents: documents.length, growth, store };
  } finally {
    await profile.remove();
  }
}

function rowsFor({ demo, threads }: BenchOptions, gpu: boolean): Row[] {
  const onGpu = (rows: readonly Row[]): readonly Row[] => (gpu ? rows : []);
  const own = [...ourRows('/pack/'), ...onGpu(ourRows('/pack/', 'webgpu'))];
  if (demo) return own;
  return [
    ...own,
    transformersRow('q8', { threads }),
    transformersRow('q4', { threads }),
    ...onGpu([transformersRow('q4', { threads, device: 'webgpu' })]),
    wllamaRow(threads),
  ];
}

/** The longest and the shortest: what memory depends on. */
function sampled(documents: readonly BenchText[]): BenchText[] {
  const sorted = [...documents].sort((a, b) => b.tokens - a.tokens);
  return [...new Set([sorted[0], sorted[sorted.length - 1]])] as BenchText[];
}

function factsOf(
  { demo, layers, threads, quick, amounts }: BenchOptions,
  texts: Texts,
  seen: {
    browser: string;
    adapter: string | undefined;
    queries: readonly BenchText[];
    documents: readonly BenchText[];
  },
): string[] {
  const lengths = seen.documents.map(({ tokens }) => tokens).sort((a, b) => a - b);
  const at = (share: number): number => lengths[Math.floor(share * (lengths.length - 1))] ?? 0;
  const model = demo
    ? 'the embedded demo model'
    : `a random model of Qwen3-Reranker-0.6B's shapes, ${layers} layers, the same weights for every engine`;
  return [
    `Command: \`npm run bench${quick ? ' -- --quick' : ''}\`, ${new Date().toISOString().slice(0, 10)}`,
    `Machine: ${cpus()[0]?.model.trim()}, ${cpus().length} processors, ${(totalmem() / 2 ** 30).toFixed(0)} GiB`,
    `Chromium ${seen.browser}, cross-origin isolated; ${threads} threads for the other engines`,
    `WebGPU: ${seen.adapter ?? 'no adapter, so no rows for it'}`,
    `Model: ${model}`,
    `Workload: ${texts.source}; ${amounts.queries} queries of ${seen.queries.map(({ tokens }) => tokens).join(', ')} ` +
      `tokens, ${lengths.length} documents of ${at(0)} to ${at(1)} tokens (median ${at(0.5)}), cut to 512`,
  ];
}

/** The pack keeps tokenizer.json under the name of its hash. */
async function tokenizerOf(pack: string): Promise<string> {
  const manifest = JSON.parse(await readFile(resolve(pack, 'manifest.json'), 'utf8'));
  return resolve(pack, manifest.tokenizer.chunks[0].path);
}

function say(line: string): void {
  if (line !== '') console.error(line);
}
