import type { BenchPage } from './browser.ts';
import { promptParts } from './engines.ts';
import type { ModelSizes } from './model/random-model.ts';
import { type Running, rankOn } from './side-by-side.ts';
import type { BenchText, Texts } from './workload.ts';

/** A usual run: a document of the median length, or two short ones. */
const ROWS = 132;
const DOCUMENTS = 4;
const TRIALS = 3;
const KERNELS = ['plain', 'relaxed', 'own'] as const;

type Kernel = (typeof KERNELS)[number];
interface Shape {
  readonly n: number;
  readonly k: number;
}

export interface ProductFigures {
  /** Operations a second, 2 · M · N · K, of a layer's matrix products alone. */
  readonly rates: readonly { readonly kernel: Kernel; readonly threads: number; readonly rate: number }[];
  /** Operations in matrix products that the engine did a second, over its whole time. */
  readonly engineRate: number;
  readonly engineThreads: number;
  /** What its own products, run alone, would have taken of that time. */
  readonly share: number;
}

/**
 * A roofline of this processor, one thread and as many as the engine takes: straightforward loops over plain and over
 * relaxed SIMD, and the engine's own products. Beside it the engine at work.
 */
export async function measureProducts(options: {
  running: Running;
  page: BenchPage;
  sizes: ModelSizes;
  texts: Texts;
}): Promise<ProductFigures> {
  const { running, page, sizes, texts } = options;
  const shapes = shapesOf(sizes);
  const rates: { kernel: Kernel; threads: number; rate: number }[] = [];
  for (const threads of new Set([1, running.threads])) {
    for (const kernel of KERNELS) {
      const argument = { kernel, threads, rows: ROWS, shapes: Object.values(shapes) };
      rates.push({ kernel, threads, rate: await page.call<number>('products', 'measure', argument) });
    }
  }
  const tail = texts.count(promptParts()[2]);
  const documents = texts.ofLength(ROWS - tail, DOCUMENTS);
  const query = texts.draw(1, 0).queries[0] as BenchText;
  await rankOn(running, query, documents.slice(0, 1));
  let seconds = Number.POSITIVE_INFINITY;
  for (let trial = 0; trial < TRIALS; trial++) {
    seconds = Math.min(seconds, (await rankOn(running, query, documents)).milliseconds / 1000);
  }
  const tokens = documents.reduce((sum, document) => sum + document.tokens + tail, 0);
  const engineRate = operations(sizes, shapes, tokens, documents.length) / seconds;
  const own = rates.find(({ kernel, threads }) => kernel === 'own' && threads === running.threads);
  return { rates, engineRate, engineThreads: running.threads, share: engineRate / (own?.rate ?? Number.NaN) };
}

function shapesOf({ hidden, heads, kvHeads, headDim, intermediate }: ModelSizes) {
  return {
    qkv: { n: (heads + 2 * kvHeads) * headDim, k: hidden },
    output: { n: hidden, k: heads * headDim },
    gateUp: { n: 2 * intermediate, k: hidden },
    down: { n: hidden, k: intermediate },
  } satisfies Record<string, Shape>;
}

/** In the last layer only the last token of each document goes on after its keys and values. */
function operations(
  { layers }: ModelSizes,
  { qkv, ...others }: ReturnType<typeof shapesOf>,
  tokens: number,
  documents: number,
): number {
  const cost = ({ n, k }: Shape): number => 2 * n * k;
  const rest = Object.values(others).reduce((sum, shape) => sum + cost(shape), 0);
  return tokens * (layers * cost(qkv) + (layers - 1) * rest) + documents * rest;
}
