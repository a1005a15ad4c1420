import type { ChunkReader } from './chunk-reader.ts';
import { fetchChunk } from './download.ts';
import { oneAtATime } from './download-lock.ts';
import { inParallel } from './in-parallel.ts';
import type { Keeping } from './keeping.ts';
import type { PackChunk } from './manifest.ts';
import type { RowChunk, WeightStore } from './store.ts';
import type { Transfer } from './transfer.ts';

/** Enough to hide a server's latency; more only competes with the agent's own work. */
const PARALLEL_FETCHES = 3;
/** While one chunk is checked and taken others are read; each is up to 32 MiB of memory. */
const PARALLEL_READS = 3;

/** A chunk on its way, into memory where there is a place for it. */
export interface ChunkJob {
  readonly chunk: PackChunk;
  readonly into?: Uint8Array;
  /** Of a chunk of rows, which is at hand unread once it is stored as such. */
  readonly rowBytes?: number;
}

export interface ChunkLoadOptions {
  /** URL of the pack's folder. */
  readonly folder: string;
  readonly store: WeightStore;
  readonly keeping: Keeping;
  readonly transfer: Transfer;
  readonly signal: AbortSignal;
  /** Called for each chunk that is at hand: in its place, or as a Blob where it has none; with rows as they are stored. */
  readonly onChunk: (job: ChunkJob, blob: Blob | undefined, rows?: RowChunk) => void;
}

/** Brings chunks of a pack to hand: reads what is stored; fetches, checks and stores the rest. */
export class ChunkLoad {
  readonly #options: ChunkLoadOptions;

  constructor(options: ChunkLoadOptions) {
    this.#options = options;
  }

  /**
   * Takes what is stored, and resolves to the rest. Where there is a `reader` on another thread, it reads those for which
   * `isElsewhere` is true.
   */
  async read(
    wanted: readonly ChunkJob[],
    reader?: { readonly thread: ChunkReader; readonly isElsewhere: (job: ChunkJob) => boolean },
  ): Promise<readonly ChunkJob[]> {
    const { store, transfer, signal } = this.#options;
    const rest: ChunkJob[] = [];
    await inParallel(wanted, reader ? wanted.length : PARALLEL_READS, signal, async (job) => {
      const { chunk, into, rowBytes } = job;
      const rows = rowBytes === undefined ? undefined : await store.rowChunk(chunk);
      const read = (from: ChunkReader): Promise<Blob | undefined> => from.read(chunk, into);
      const elsewhere = rows?.blob ?? (reader?.isElsewhere(job) ? await read(reader.thread) : undefined);
      const blob = elsewhere ?? (await read(store));
      if (blob === undefined) {
        rest.push(job);
        return;
      }
      transfer.found(chunk.size);
      this.#take(job, blob, rows);
    });
    return rest;
  }

  /**
   * Fetches what is missing, as the only tab of this origin that does; where it had to wait for another, it takes what that
   * one has stored. `commit` is called while no other tab can collect garbage.
   */
  async fetch(missing: readonly ChunkJob[], commit: () => Promise<void>): Promise<void> {
    const { transfer, signal } = this.#options;
    await oneAtATime({ signal, onWait: () => transfer.from('other-tab') }, async (waited) => {
      transfer.from('store');
      const left = waited ? await this.read(missing) : missing;
      await transfer.whileFetching(() => this.#fetch(left));
      await commit();
    });
  }

  async #fetch(missing: readonly ChunkJob[]): Promise<void> {
    const { folder, keeping, transfer, signal } = this.#options;
    const needed = new Map<string, ChunkJob[]>();
    for (const job of missing) {
      needed.set(job.chunk.sha256, [...(needed.get(job.chunk.sha256) ?? []), job]);
    }
    const distinct = [...needed.values()];
    await keeping.ask(distinct.reduce((sum, [job]) => sum + (job?.chunk.size ?? 0), 0));
    await inParallel(distinct, PARALLEL_FETCHES, signal, async ([first, ...same], stop) => {
      const { chunk, rowBytes } = first as ChunkJob;
      const onBytes = (bytes: number): void => transfer.arrived(bytes);
      const bytes = await fetchChunk(folder + chunk.path, chunk, { signal: stop, onBytes });
      const blob = (await keeping.put(chunk.sha256, bytes, { rowBytes })) ?? new Blob([bytes]);
      for (const job of [first as ChunkJob, ...same]) {
        job.into?.set(bytes);
        this.#take(job, blob);
      }
      for (const { chunk } of same) transfer.found(chunk.size);
    });
  }

  #take(job: ChunkJob, blob: Blob, rows?: RowChunk): void {
    this.#options.onChunk(job, job.into ? undefined : blob, rows);
  }
}
