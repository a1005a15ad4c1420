import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ROOT } from '../../tools/setup.mjs';
import { ourRows, promptParts, type Row } from './engines.ts';
import { describeMachine } from './facts.ts';
import { measure, shortPair } from './measure.ts';
import { ensureModels } from './models.ts';
import { measureOlder, olderReport } from './older.ts';
import { type BenchOptions, readOptions, USAGE } from './options.ts';
import { plot } from './plot.ts';
import { report } from './report.ts';
import { buildPages, Site } from './site.ts';
import { measureTabs, tabReport } from './tabs.ts';
import { measureTokenizers, tokenizerReport } from './tokenizing.ts';
import { measureTrained, trainedReport, trainedWork } from './trained.ts';
import { growthReport, measureGrowth, measureStore, storeReport } from './visits.ts';
import { Texts } from './workload.ts';

const HERE = import.meta.dirname;
const PAGES = resolve(HERE, '.cache/pages');
const PAGE_NAMES = ['ours', 'transformers', 'wllama', 'products', 'storage', 'adapter'];
const DEMO_PACK = resolve(ROOT, 'public/models/demo');
const DOCS = resolve(ROOT, 'docs/bench');
const PLOT = 'cost.svg';
const ELSEWHERE =
  'Measured by themselves: [loading from the store](loading.md), [a trained model in full size](trained.md), ' +
  '[an older processor](older.md).';

/** `npm run bench`: builds what is missing, measures, and prints the figures. */
export async function main(argv: readonly string[]): Promise<void> {
  const options = readOptions(argv);
  if (options === undefined) return console.log(USAGE);
  const models = options.demo ? undefined : await ensureModels(options.layers, say);
  const pages = PAGE_NAMES.map((name) => [name, resolve(HERE, `pages/${name}.ts`)]);
  await buildPages(Object.fromEntries(pages), PAGES);
  const site = await Site.start({
    pages: PAGES,
    assets: resolve(PAGES, 'assets'),
    pack: models ? resolve(models.folder, 'pack') : DEMO_PACK,
    ...(models ? { twins: models.folder, grown: resolve(models.folder, 'grown') } : {}),
    ...packageFolders(),
  });
  try {
    if (options.only === 'tabs') {
      const [row] = ourRows(`${site.address}pack/`) as [Row];
      const figures = await measureTabs(site, row, say);
      return console.log(figures ? tabReport(figures) : 'Memory is read from /proc, which is not here.');
    }
    const texts = new Texts(models?.tokenizer ?? (await demoTokenizer()), options);
    if (options.only !== undefined) return await measureOne(options.only, { site, texts, options });
    const results = await measure({ site, texts, options, say });
    console.log(report(results, { plot: undefined }));
    if (!options.write) return;
    await mkdir(DOCS, { recursive: true });
    await writeFile(resolve(DOCS, PLOT), plot(results));
    await writeFile(
      resolve(DOCS, 'README.md'),
      `# Benchmark\n\n${ELSEWHERE}\n\n${report(results, { plot: PLOT })}`,
    );
    say(`Written: docs/bench/README.md, docs/bench/${PLOT}`);
  } finally {
    await site.close();
  }
}

/** One measurement by itself; written, it has a file of its own. */
async function measureOne(
  only: 'growth' | 'loading' | 'trained' | 'older',
  { site, texts, options }: { site: Site; texts: Texts; options: BenchOptions },
): Promise<void> {
  const { amounts, threads } = options;
  const [{ engine }] = ourRows(`${site.address}pack/`) as [Row];
  const measured = async (): Promise<string> => {
    if (only === 'growth') {
      const work = texts.draw(amounts.queriesInARow, amounts.documentsInARow);
      return growthReport(await measureGrowth(site, engine, work));
    }
    if (only === 'loading') {
      const workload = texts.draw(amounts.queries, amounts.documents);
      const pair = shortPair({ texts, workload });
      const store = storeReport(await measureStore(site, engine, { ...pair, times: amounts.loads }));
      const documents = workload.documents.map(({ text }) => text);
      return `${store}\n\n${tokenizerReport(measureTokenizers(texts.tokenizerFile, documents))}`;
    }
    const promptTokens = texts.count(promptParts().join(''));
    if (only === 'older') {
      const workload = texts.draw(amounts.older, amounts.documents);
      return olderReport(await measureOlder(site, { workload, promptTokens, threads }, say), workload);
    }
    const work = await trainedWork(texts, { queries: amounts.trained, documents: amounts.documents });
    return trainedReport(await measureTrained(site, { work, promptTokens, threads }, say), work);
  };
  const text = await measured();
  console.log(text);
  if (!options.write) return;
  await mkdir(DOCS, { recursive: true });
  const head = `# Benchmark: ${only}\n\n- Command: \`npm run bench -- --${only}\`, ${new Date().toISOString().slice(0, 10)}`;
  await writeFile(resolve(DOCS, `${only}.md`), `${head}\n- ${describeMachine()}\n\n${text}\n`);
  say(`Written: docs/bench/${only}.md`);
}

/** The other engines, as their packages publish them. */
function packageFolders(): Record<string, string> {
  const modules = resolve(HERE, 'node_modules');
  return {
    transformers: resolve(modules, '@huggingface/transformers/dist'),
    onnxruntime: resolve(modules, 'onnxruntime-web/dist'),
    wllama: resolve(modules, '@wllama/wllama/esm'),
  };
}

/** The pack keeps its tokenizer under the name of its hash. */
async function demoTokenizer(): Promise<string> {
  const manifest = JSON.parse(await readFile(resolve(DEMO_PACK, 'manifest.json'), 'utf8'));
  return resolve(DEMO_PACK, manifest.tokenizer.chunks[0].path);
}

function say(line: string): void {
  console.error(line);
}
