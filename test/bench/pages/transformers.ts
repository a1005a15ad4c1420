import { createWorker } from '../../../src/reranker/create-worker.ts';
import type { LoadReport, RankReport, RankWork } from './engine.ts';
import type { TransformersCall, TransformersOptions } from './transformers-worker.ts';
import workerUrl from './transformers-worker.ts?worker&url';

const worker = createWorker(workerUrl);

export function load(options: TransformersOptions): Promise<LoadReport> {
  return call({ name: 'load', argument: options });
}

export function rank(work: RankWork): Promise<RankReport> {
  return call({ name: 'rank', argument: work });
}

function call<T>(message: TransformersCall): Promise<T> {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => ('error' in data ? reject(new Error(data.error)) : resolve(data.result));
    worker.onerror = (event) => reject(new Error(event.message));
    worker.postMessage(message);
  });
}
