import type { ExpectedChunk } from './chunk-reader.ts';
import { WeightStore } from './store.ts';

/** `into`: shared memory for its bytes; absent where the chunk is only to be checked. */
export interface ReadRequest {
  readonly id: number;
  readonly chunk: ExpectedChunk;
  readonly into: Uint8Array | undefined;
}

export interface ReadAnswer {
  readonly id: number;
  /** As the browser keeps it; absent where it is not stored, or damaged. */
  readonly blob: Blob | undefined;
}

/** While one chunk is checked others are read. */
const PARALLEL_READS = 3;

/**
 * A thread that reads stored chunks, so that the engine's own can start what else it needs meanwhile. What reading
 * leaves behind is freed when the thread is ended.
 */
const store = new WeightStore();
const waiting: ReadRequest[] = [];
let lanes = 0;

async function readOn(): Promise<void> {
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const { id, chunk, into } = next;
    globalThis.postMessage({ id, blob: await store.read(chunk, into) } satisfies ReadAnswer);
  }
  lanes -= 1;
}

globalThis.onmessage = ({ data }: MessageEvent<ReadRequest>): void => {
  waiting.push(data);
  if (lanes === PARALLEL_READS) return;
  lanes += 1;
  void readOn();
};

globalThis.postMessage('ready');
