import { Reranker } from '../../../src/reranker/index.ts';
import type { LoadReport, RankReport, RankWork, ScoreEvent } from './engine.ts';

let reranker: Reranker | undefined;

export async function load(options: { model: string; device: 'wasm' | 'webgpu' }): Promise<LoadReport> {
  const started = performance.now();
  reranker = await Reranker.load({ ...options, model: new URL(options.model, location.href) });
  const { variant, device, threads } = reranker.info;
  const details = device === 'wasm' ? `${variant}, ${threads} threads` : variant;
  return { milliseconds: performance.now() - started, details, threads };
}

export async function rank({ query, documents, options }: RankWork): Promise<RankReport> {
  if (!reranker) throw new Error('not loaded');
  const scores: ScoreEvent[] = [];
  const started = performance.now();
  await reranker.rank(
    query,
    documents.map((text, i) => ({ id: String(i), text })),
    {
      ...options,
      onScore: ({ id, logit, stage }) => {
        const at = performance.now() - started;
        scores.push({ document: Number(id), logit, full: stage === 'full', at });
      },
    },
  );
  return { scores, milliseconds: performance.now() - started };
}
