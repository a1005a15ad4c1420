import { Embedding } from '../../src/reranker/embedding.ts';
import { Int8Scorer } from '../../src/reranker/int8/scorer.ts';
import { Int8Weights } from '../../src/reranker/int8/weights.ts';
import type { Scorer } from '../../src/reranker/scorer.ts';
import { int8Layout } from '../../src/weights/int8-layout.ts';
import { agreement, byLogit, meanAgreement } from './agreement.ts';
import type { AfterLayer, LayersTask } from './layers.ts';
import { PackParts } from './pack-parts.ts';

globalThis.onmessage = async ({ data }: MessageEvent<LayersTask>): Promise<void> => {
  globalThis.postMessage(await evaluate(data));
};

async function evaluate(options: LayersTask): Promise<{ layers: number; after: AfterLayer[] }> {
  const parts = await PackParts.open(options.model);
  const prompt = await parts.prompt();
  const { layers } = parts.manifest.model;
  const scorers = await Promise.all(Array.from({ length: layers }, (_, i) => cutModel(parts, i + 1)));
  const orders: number[][][] = [];
  for (const { query, texts } of options.tasks) {
    const ids = prompt.prefix(query);
    const documents = texts.map((text) => prompt.document(text, 512).ids);
    const ofTask: number[][] = [];
    for (const scorer of scorers) ofTask.push(byLogit(await scoreAll(scorer, ids, documents)));
    orders.push(ofTask);
  }
  const after = Array.from({ length: layers - 1 }, (_, i): AfterLayer => {
    const pairs = orders.map((all) => [all[i] as number[], all[layers - 1] as number[]] as const);
    const kept = pairs
      .map(([early, final]) => Math.max(...final.slice(0, 3).map((document) => early.indexOf(document) + 1)))
      .sort((a, b) => a - b);
    const quantile = (share: number): number => kept[Math.ceil(share * kept.length) - 1] ?? Number.NaN;
    const { top3 } = meanAgreement(pairs.map(([early, final]) => agreement(early, final)));
    return { layer: i + 1, top3, keepHalf: quantile(0.5), keepMost: quantile(0.98) };
  });
  return { layers, after };
}

/** The first layers of a pack, with its norm and head. */
async function cutModel(parts: PackParts, layers: number): Promise<Scorer> {
  const { model, variants, embeddings } = parts.manifest;
  const [file] = variants['wasm-int8']?.weights ?? [];
  const table = embeddings.int8;
  if (file === undefined || table === undefined) throw new Error('no variant wasm-int8');
  const bytes = new Uint8Array(await new Blob(await parts.chunks(file)).arrayBuffer());
  const weights = new Int8Weights({ ...model, layers });
  const [whole, cut] = [int8Layout(model), weights.layout];
  const copy = (from: number, to: number, length: number): void => {
    weights.at(to, length).set(bytes.subarray(from, from + length));
  };
  copy(0, 0, cut.norm.offset);
  for (const part of ['norm', 'head'] as const) copy(whole[part].offset, cut[part].offset, cut[part].length);
  const chunks = (await parts.chunks(table)).map((blob) => ({ blob }));
  return Int8Scorer.start(weights, new Embedding(table, 'int8', chunks));
}

async function scoreAll(
  scorer: Scorer,
  ids: Int32Array,
  documents: readonly Int32Array[],
): Promise<number[]> {
  const prefix = await scorer.prefill(ids);
  const logits: number[] = [];
  for (const document of documents) logits.push(...(await scorer.score(prefix, [document])));
  scorer.release(prefix);
  return logits;
}
