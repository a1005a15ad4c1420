import type { RankTask } from './anytime.ts';
import workerUrl from './layers-worker.ts?worker&url';

export interface LayersTask {
  readonly model: string;
  readonly tasks: readonly RankTask[];
}

/** What the state after some layers says of the final order, read out by the model's own norm and head. */
export interface AfterLayer {
  readonly layer: number;
  /** Of the final three best, how many are the three best already. */
  readonly top3: number;
  /** How many of the best must be kept so that all of the final three best are, in half and in 98 % of the queries. */
  readonly keepHalf: number;
  readonly keepMost: number;
}

/**
 * Pruning inside the model (PRISM, arXiv 2510.15620), as far as it can be judged without building it: candidates are
 * dropped after a layer by the read-out of their state. The model cut off after that layer gives this very read-out.
 * In a worker, because threads may not be waited for in a page.
 */
export async function evaluateLayers(task: LayersTask): Promise<{ layers: number; after: AfterLayer[] }> {
  const worker = new Worker(workerUrl, { type: 'module' });
  try {
    return await new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = ({ message }) => reject(new Error(message));
      worker.postMessage(task);
    });
  } finally {
    worker.terminate();
  }
}
