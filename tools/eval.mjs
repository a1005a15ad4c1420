import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { printAnytime } from './eval-anytime.mjs';
import { inChromium } from './in-chromium.mjs';
import { ensureChromium, ensureDependencies, ROOT } from './setup.mjs';

/**
 * `npm run eval`: what the embedded demo model ranks right, beside BM25 itself, in one run in Chromium.
 * And how far an anytime ranking agrees with the exhaustive one, at what speed.
 * `--anytime`: that alone; `--queries n`: of each set, for that part (48); `--sets text`: those with it in their names.
 * `--model FOLDER`: another pack; `--complaints FILE`: other complaints, JSON lines with title and text.
 * The test split's wordings never occur in training. Real complaints are a lexical task and read from ../shared.
 */
ensureDependencies();
ensureChromium();
const { values } = parseArgs({
  options: {
    anytime: { type: 'boolean' },
    queries: { type: 'string', default: '48' },
    sets: { type: 'string', default: '' },
    model: { type: 'string', default: 'public/models/demo' },
    complaints: { type: 'string', default: resolve(ROOT, '../shared/data/complaints.jsonl') },
  },
});
const model = `/@fs${resolve(values.model)}/`;
const module = 'test/eval/evaluate.ts';
const onLine = (/** @type {string} */ line) => console.error(`  ${line}`);
const percent = (/** @type {number} */ share) => `${(share * 100).toFixed(1)} %`;

const readSplit = (/** @type {string} */ name) =>
  JSON.parse(readFileSync(resolve(ROOT, 'test/eval', name), 'utf8'));
const split = readSplit('test-split.json');
const long = readSplit('long-test-split.json');
const complaints = existsSync(values.complaints)
  ? readFileSync(values.complaints, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
  : undefined;
if (!values.anytime) {
  console.log(`Test split: ${split.queries.length} queries, BM25's 50 of ${split.archive.length} tickets`);
  const argument = { model, split, candidates: 50 };
  const kinds = await inChromium({ module, name: 'evaluateSplit', argument, onLine });
  console.log(`${kinds.info.model}, ${kinds.info.variant}, ${kinds.info.threads} threads`);
  printAccuracy(kinds.accuracy);
  console.log('\nscore ≥   precision   coverage of the right pairs');
  for (const { score, precision, coverage } of kinds.thresholds) {
    console.log(
      `${score.toFixed(2)}      ${percent(precision).padStart(7)}     ${percent(coverage).padStart(7)}`,
    );
  }

  console.log(
    `\nThe same at real length: ${long.queries.length} queries, BM25's 50 of ${long.archive.length} tickets`,
  );
  const longArgument = { model, split: long, candidates: 50 };
  printAccuracy(
    (await inChromium({ module, name: 'evaluateSplit', argument: longArgument, onLine })).accuracy,
  );

  if (complaints) {
    const real = { model, complaints, queries: 150, candidates: 20 };
    console.log(
      `\nReal complaints: title → its own text among BM25's 20 of ${complaints.length} (a lexical task)`,
    );
    printAccuracy(await inChromium({ module, name: 'evaluateComplaints', argument: real, onLine }));
  } else {
    console.log('\nReal complaints: skipped, ../shared/data/complaints.jsonl is absent');
  }
}
const queries = Number(values.queries);
await printAnytime({ model, queries, wanted: values.sets, onLine, split, long, complaints });

/** @param {Record<string, number>} accuracy */
function printAccuracy({ bm25Top1 = 0, bm25Top3 = 0, modelTop1 = 0, modelTop3 = 0, reachable = 0 }) {
  console.log(`BM25    top-1 ${percent(bm25Top1)}   top-3 ${percent(bm25Top3)}`);
  console.log(`model   top-1 ${percent(modelTop1)}   top-3 ${percent(modelTop3)}`);
  console.log(`a right one among the candidates: ${percent(reachable)}`);
}
