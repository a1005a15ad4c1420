import type { LoadReport, RankReport, RankWork, ScoreEvent } from './engine.ts';

/** Of @wllama/wllama what is used here; it is imported as it is published, from its own address. */
interface Wllama {
  loadModelFromUrl(url: string, options: Readonly<Record<string, unknown>>): Promise<void>;
  createRerank(options: { query: string; documents: readonly string[] }): Promise<{
    results: readonly { index: number; relevance_score: number }[];
  }>;
  getNumThreads(): number;
}
interface WllamaModule {
  Wllama: {
    new (paths: { default: string }, options: { suppressNativeLog: boolean }): Wllama;
    getLibllamaVersion(): string;
  };
}

let wllama: Wllama | undefined;

export async function load(options: {
  module: string;
  wasm: string;
  model: string;
  threads: number;
  /** Tokens of the longest pair. */
  context: number;
}): Promise<LoadReport> {
  const { context } = options;
  const address = (path: string): string => new URL(path, location.href).href;
  const started = performance.now();
  const module = (await import(/* @vite-ignore */ address(options.module))) as WllamaModule;
  wllama = new module.Wllama({ default: address(options.wasm) }, { suppressNativeLog: true });
  await wllama.loadModelFromUrl(address(options.model), {
    n_threads: options.threads,
    n_gpu_layers: 0,
    embeddings: true,
    pooling_type: 'rank',
    n_parallel: 1,
    // A pooled sequence must fit into one batch; more than it needs costs memory.
    n_ctx: context,
    n_batch: context,
    n_ubatch: context,
  });
  const threads = wllama.getNumThreads();
  const details = `llama.cpp ${module.Wllama.getLibllamaVersion()}, ${threads} threads`;
  return { milliseconds: performance.now() - started, details, threads };
}

/** One call for each document, which is what the library itself does with a list of them. */
export async function rank({ query, documents }: RankWork): Promise<RankReport> {
  if (!wllama) throw new Error('not loaded');
  const scores: ScoreEvent[] = [];
  const started = performance.now();
  for (const [document, text] of documents.entries()) {
    const { results } = await wllama.createRerank({ query, documents: [text] });
    const score = results[0]?.relevance_score ?? Number.NaN;
    scores.push({
      document,
      full: true,
      logit: Math.log(score / (1 - score)),
      at: performance.now() - started,
    });
  }
  return { scores, milliseconds: performance.now() - started };
}
