import { Reranker } from '../../src/reranker/index.ts';

export interface BenchResult {
  readonly variant: string;
  readonly threads: number;
  readonly documents: number;
  readonly loadMilliseconds: number;
  readonly warmUpMilliseconds: number;
  readonly firstScoreMilliseconds: number;
  readonly allScoresMilliseconds: number;
}

/** Loads a pack and ranks `documents` against each query; the median over the queries. */
export async function bench(options: {
  model: string;
  queries: readonly string[];
  documents: readonly string[];
}): Promise<BenchResult> {
  const reranker = await Reranker.load({ model: options.model, device: 'wasm' });
  const documents = options.documents.map((text, i) => ({ id: String(i), text }));
  const firsts: number[] = [];
  const alls: number[] = [];
  for (const query of options.queries) {
    const started = performance.now();
    let first = 0;
    await reranker.rank(query, documents, {
      onScore: (_, done) => {
        if (done === 1) first = performance.now() - started;
      },
    });
    firsts.push(first);
    alls.push(performance.now() - started);
  }
  const { variant, threads, loadMilliseconds, warmUpMilliseconds } = reranker.info;
  await reranker.dispose();
  return {
    variant,
    threads,
    documents: documents.length,
    loadMilliseconds,
    warmUpMilliseconds,
    firstScoreMilliseconds: median(firsts),
    allScoresMilliseconds: median(alls),
  };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
