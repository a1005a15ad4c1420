import type { Agreement } from './agreement.ts';
import type { CostCurve } from './cost.ts';
import type { Results } from './measure.ts';
import type { ProductFigures } from './products.ts';
import { growthReport } from './visits.ts';

/** Everything measured, as Markdown. */
export function report(results: Results, options: { plot: string | undefined }): string {
  const sections = [
    results.facts.map((fact) => `- ${fact}`).join('\n'),
    `## Side by side\n\n${sideBySide(results)}`,
    `## Memory and loading\n\n${memoryAndLoading(results)}`,
    `## Cost\n\n${cost(results, options.plot)}`,
    ...(results.products ? [`## Matrix products\n\n${products(results.products)}`] : []),
    ...(results.agreement.length > 1 ? [`## One model\n\n${oneModel(results.agreement)}`] : []),
  ];
  return `${sections.join('\n\n')}\n`;
}

function sideBySide({ rows, documents }: Results): string {
  const [exhaustive, anytime] = rows.map(({ times }) => times.all);
  const lines = rows.map(({ times, visits }) => [
    `${times.name} (${times.details})${times.measured < documents ? ' \\*' : ''}`,
    seconds(times.firstScore),
    seconds(times.firstTop3),
    seconds(times.all),
    times.tokensPerSecond.toFixed(0),
    multiple(times.all, exhaustive),
    multiple(times.all, anytime),
    megabytes(visits.peakWhileRanking),
    megabytes(visits.downloadBytes),
    seconds(visits.firstLoad),
    seconds(visits.cachedLoad),
  ]);
  const head = [
    'engine',
    'first score, s',
    'first top 3, s',
    `all ${documents}, s`,
    'tokens/s',
    '× exhaustive',
    '× anytime',
    'peak memory, MB',
    'download, MB',
    'first load, s',
    'load from cache, s',
  ];
  const sampled = rows.filter(({ times }) => times.measured < documents).map(({ times }) => times);
  const notes = [
    'First top 3: every document has a score. Tokens: of the documents alone, the same for all. ' +
      'Peak memory: all processes of the browser while ranking, above an empty page.',
    ...(sampled.length === 0
      ? []
      : [
          `\\* Measured on ${sampled.map(({ name, measured }) => `${measured} (${name})`).join(', ')} of the ` +
            `${documents} documents, spread over their lengths, and scaled by the tokens of the pairs.`,
        ]),
    ...rows
      .filter(({ times }) => times.readInFull < documents && times.sameTop3 !== undefined)
      .map(
        ({ times }) =>
          `${times.name}: ${times.readInFull.toFixed(1)} of ${documents} documents read in full, ` +
          `${times.sameTop3?.toFixed(1)} of the 3 best those of the first row. Scores of random weights are noise; ` +
          'agreement on a trained model is in the README.',
      ),
  ];
  return `${table(head, lines)}\n\n${notes.join('\n\n')}`;
}

function memoryAndLoading({ rows, growth }: Results): string {
  const lines = rows.map(({ times, visits }) => [
    times.name,
    megabytes(visits.peakAtFirstLoad),
    megabytes(visits.peakAtCachedLoad),
    megabytes(visits.peakWhileRanking),
    seconds(visits.cachedFirstScore),
  ]);
  const head = [
    'engine',
    'peak at the first load, MB',
    'at a load from cache',
    'while ranking',
    'load from cache to a first score, s',
  ];
  return `${table(head, lines)}\n\n${growthReport(growth)}`;
}

function cost({ candidates, length }: Results, plot: string | undefined): string {
  const describe = ({ points, line }: CostCurve, unit: string): string =>
    `${points.map(([x, y]) => `${x}: ${y.toPrecision(3)}`).join(', ')} ${unit}; ` +
    `least squares ${line.slope.toPrecision(3)} · x + ${line.intercept.toPrecision(3)}, R² ${line.r2.toFixed(4)}`;
  return [
    ...(plot === undefined ? [] : [`![Cost against candidates and against length](${plot})`]),
    `Candidates, ${candidates.name}: ${describe(candidates, 's')}.`,
    `Tokens of a document, ${length.name}: ${describe(length, 'ms a document')}.`,
  ].join('\n\n');
}

function products({ rates, engineRate, engineThreads, share }: ProductFigures): string {
  const names = {
    plain: 'loop over plain SIMD (`i32x4.dot_i16x8_s`)',
    relaxed: 'loop over relaxed SIMD (`i32x4.relaxed_dot_i8x16_i7x16_add_s`)',
    own: "the engine's own products, alone",
  };
  const counts = [...new Set(rates.map(({ threads }) => threads))];
  const lines = Object.entries(names).map(([kernel, name]) => [
    name,
    ...counts.map((count) => {
      const found = rates.find((rate) => rate.kernel === kernel && rate.threads === count);
      return giga(found?.rate ?? Number.NaN);
    }),
  ]);
  const atWork = counts.map((count) => (count === engineThreads ? giga(engineRate) : ''));
  lines.push(['the engine at work, all its time counted', ...atWork]);
  const head = [
    'G int8 op/s (2 · M · N · K)',
    ...counts.map((count) => `${count} thread${count > 1 ? 's' : ''}`),
  ];
  const roof = Math.max(
    ...rates
      .filter(({ kernel, threads }) => kernel !== 'own' && threads === engineThreads)
      .map(({ rate }) => rate),
  );
  const percent = (part: number): string => `${(part * 100).toFixed(0)} %`;
  return (
    `${table(head, lines)}\n\nMatrix products are ${percent(share)} of the engine's time; over all of it ` +
    `it reaches ${percent(engineRate / roof)} of the faster loop.`
  );
}

function oneModel(agreement: readonly Agreement[]): string {
  const lines = agreement.map(({ name, logits, correlation, largestDifference }) => [
    name,
    ...logits.map((logit) => logit.toFixed(3)),
    correlation.toFixed(3),
    largestDifference.toFixed(3),
  ]);
  const pairs = (agreement[0]?.logits ?? []).map((_, i) => `pair ${i + 1}`);
  return (
    'logit(yes) − logit(no) of the same short pairs by each engine: the same weights, quantised in different ways.\n\n' +
    table(['engine', ...pairs, 'correlation', 'largest difference'], lines)
  );
}

function table(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = row(head.map((_, i) => (i === 0 ? '---' : '---:')));
  return [row(head), rule, ...lines.map(row)].join('\n');
}

function multiple(value: number, unit = Number.NaN): string {
  return `${(value / unit).toFixed(2)}×`;
}

function seconds(value: number): string {
  return value < 10 ? value.toFixed(2) : value.toFixed(1);
}

function megabytes(bytes: number | undefined): string {
  return bytes === undefined ? '–' : (bytes / 1e6).toFixed(0);
}

function giga(value: number): string {
  return (value / 1e9).toFixed(1);
}
