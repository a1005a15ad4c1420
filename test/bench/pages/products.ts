import type { ProductKernel, ProductShape, ProductsCall } from './products-worker.ts';
import workerUrl from './products-worker.ts?worker&url';

/** Measured at a time, and how often; the fastest counts. */
const TRIAL_SECONDS = 0.5;
const TRIALS = 5;

/**
 * Operations a second (2 · rows · n · k) of products of int8 matrices one after another, each shared out by columns
 * among so many threads.
 */
export async function measure(options: {
  kernel: ProductKernel;
  threads: number;
  rows: number;
  shapes: readonly ProductShape[];
}): Promise<number> {
  const { kernel, threads, rows } = options;
  const own = options.shapes.map(({ n, k }) => ({ n: Math.floor(n / threads / 8) * 8, k }));
  const operations = own.reduce((sum, { n, k }) => sum + 2 * rows * n * k, 0) * threads;
  const workers = Array.from({ length: threads }, () => new Worker(workerUrl, { type: 'module' }));
  const all = (message: ProductsCall): Promise<unknown> =>
    Promise.all(workers.map((worker) => call(worker, message)));
  try {
    await all({ name: 'prepare', kernel, rows, shapes: own });
    const time = async (times: number): Promise<number> => {
      const started = performance.now();
      await all({ name: 'run', times });
      return (performance.now() - started) / 1000;
    };
    await time(1);
    const times = Math.max(1, Math.ceil(TRIAL_SECONDS / (await time(1))));
    let best = Number.POSITIVE_INFINITY;
    for (let trial = 0; trial < TRIALS; trial++) best = Math.min(best, (await time(times)) / times);
    return operations / best;
  } finally {
    for (const worker of workers) worker.terminate();
  }
}

function call(worker: Worker, message: ProductsCall): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => (data.error === undefined ? resolve() : reject(new Error(data.error)));
    worker.onerror = (event) => reject(new Error(event.message));
    worker.postMessage(message);
  });
}
