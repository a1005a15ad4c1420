import type { ChunkReader, ExpectedChunk } from '../weights/index.ts';
import type { ReadAnswer, ReadRequest } from '../weights/reading-thread.ts';
import readingUrl from '../weights/reading-thread.ts?worker&url';
import { createWorker } from './create-worker.ts';

/** A thread's script that is blocked fires no event in some browsers. */
const START_SECONDS = 10;

/** A {@link ChunkReader} on a thread of its own. */
export class ReadingThread implements ChunkReader {
  readonly #worker: Worker;
  readonly #pending = new Map<number, (blob: Blob | undefined) => void>();
  #nextId = 0;
  #ended = false;

  private constructor(worker: Worker) {
    this.#worker = worker;
    worker.onmessage = ({ data }: MessageEvent<ReadAnswer>) => {
      this.#pending.get(data.id)?.(data.blob);
      this.#pending.delete(data.id);
    };
    // What it did not read is fetched or read again, as what is damaged.
    worker.onerror = () => this.end();
    worker.onmessageerror = () => this.end();
  }

  /** Undefined where none can be had: its memory is not shared here, or its script is blocked. */
  static start(): Promise<ReadingThread | undefined> {
    if (!globalThis.crossOriginIsolated) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const worker = createWorker(readingUrl);
      const settle = (ready: boolean): void => {
        clearTimeout(timer);
        if (!ready) worker.terminate();
        resolve(ready ? new ReadingThread(worker) : undefined);
      };
      const timer = setTimeout(() => settle(false), START_SECONDS * 1000);
      worker.onmessage = () => settle(true);
      worker.onerror = () => settle(false);
    });
  }

  /** `into`: shared memory. */
  read({ size, sha256 }: ExpectedChunk, into?: Uint8Array): Promise<Blob | undefined> {
    return new Promise((resolve) => {
      if (this.#ended) return resolve(undefined);
      const id = this.#nextId++;
      this.#pending.set(id, resolve);
      this.#worker.postMessage({ id, chunk: { size, sha256 }, into } satisfies ReadRequest);
    });
  }

  /** Ends the thread, which frees what reading has left; what is still asked for is not found. */
  end(): void {
    this.#ended = true;
    this.#worker.terminate();
    for (const settle of this.#pending.values()) settle(undefined);
    this.#pending.clear();
  }
}
