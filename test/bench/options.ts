import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { FULL_SIZE } from './model/random-model.ts';

export const USAGE = `npm run bench -- [options]

Measures case-matcher beside transformers.js and wllama in Chromium on this machine, on a random model of
Qwen3-Reranker-0.6B's full size, which it builds first (once; 5 GB in test/bench/.cache).

  --quick       a shorter run: fewer queries, documents and lengths
  --write       also writes docs/bench/README.md and its plot, or a file for one of the five below
  --demo        the embedded demo model instead, case-matcher alone
  --tabs        only the memory of one engine in one tab and in ten
  --growth      only the memory after each of many queries
  --loading     only loading from the store to a first score, against reading the same bytes; the tokenizer
  --trained     only exhaustive against anytime, and transformers.js q8, on the demo model in full size
  --older       only exhaustive, anytime, and transformers.js q8, as on a processor without AVX-VNNI
  --layers <n>  a model of n layers instead of ${FULL_SIZE.layers}, to try the benchmark itself
  --threads <n> of the other engines (default: the number of processors; case-matcher measures and chooses)
  --help        this text
`;

/** What can be measured by itself. */
const MEASUREMENTS = ['tabs', 'growth', 'loading', 'trained', 'older'] as const;

/** How much is measured. */
export interface Amounts {
  readonly queries: number;
  readonly documents: number;
  readonly counts: readonly number[];
  readonly lengths: readonly number[];
  readonly documentsOfLength: number;
  /** Asked twice. */
  readonly queriesInARow: number;
  readonly documentsInARow: number;
  /** Loads from the store, and readings of it. */
  readonly loads: number;
  /** Queries of the trained model, each with documents of its own. */
  readonly trained: number;
  /** Queries on an older processor. */
  readonly older: number;
}

const FULL: Amounts = {
  queries: 2,
  documents: 50,
  counts: [10, 30, 100, 300, 1000],
  lengths: [32, 64, 128, 192, 256, 384, 512],
  documentsOfLength: 3,
  queriesInARow: 10,
  documentsInARow: 3,
  loads: 7,
  trained: 1,
  older: 1,
};

const QUICK: Amounts = {
  queries: 1,
  documents: 10,
  counts: [5, 10, 20],
  lengths: [64, 256, 512],
  documentsOfLength: 2,
  queriesInARow: 5,
  documentsInARow: 2,
  loads: 1,
  trained: 1,
  older: 1,
};

export interface BenchOptions {
  readonly amounts: Amounts;
  readonly quick: boolean;
  readonly write: boolean;
  readonly demo: boolean;
  /** One measurement and nothing else. */
  readonly only: (typeof MEASUREMENTS)[number] | undefined;
  readonly layers: number;
  readonly threads: number;
}

/** What the command line asks for; `undefined` for help. Throws on a mistake. */
export function readOptions(argv: readonly string[]): BenchOptions | undefined {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      quick: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      demo: { type: 'boolean', default: false },
      tabs: { type: 'boolean' },
      growth: { type: 'boolean' },
      loading: { type: 'boolean' },
      trained: { type: 'boolean' },
      older: { type: 'boolean' },
      layers: { type: 'string', default: String(FULL_SIZE.layers) },
      threads: { type: 'string', default: String(availableParallelism()) },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return undefined;
  const { quick, write, demo } = values;
  const [only] = MEASUREMENTS.filter((name) => values[name]);
  const [layers, threads] = [values.layers, values.threads].map(Number) as [number, number];
  for (const count of [layers, threads]) {
    if (!(Number.isSafeInteger(count) && count > 0))
      throw new Error('--layers and --threads are whole numbers');
  }
  if (demo && (only === 'trained' || only === 'older'))
    throw new Error(`--${only} is of the full size: without --demo`);
  return { amounts: quick ? QUICK : FULL, quick, write, demo, only, layers, threads };
}
