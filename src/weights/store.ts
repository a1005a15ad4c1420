import { createStore, del, get, set, type UseStore } from 'idb-keyval';
import type { PackChunk } from './manifest.ts';
import { sha256 } from './sha256.ts';

/** Written after the last chunk of a pack is stored: the pack can be opened again without the network. */
export interface CommitMark {
  /** The manifest as it was served. */
  readonly manifest: unknown;
  readonly chunks: readonly string[];
}

/**
 * Verified chunks in IndexedDB, one Blob per SHA-256, and the commit marks in a database of their own.
 *
 * Storage is a convenience: where it is missing, full or broken, reads find nothing and writes return false,
 * and the engine goes on with the bytes it has in memory.
 */
export class WeightStore {
  readonly #chunks = new HealingStore('case-matcher-chunks');
  readonly #marks = new HealingStore('case-matcher-packs');

  chunk(sha256: string): Promise<Blob | undefined> {
    return this.#chunks.get<Blob>(sha256, (value) => value instanceof Blob);
  }

  /** A stored chunk, if it is still the bytes that it should be; a damaged one is dropped. */
  async soundChunk(expected: Pick<PackChunk, 'size' | 'sha256'>): Promise<Blob | undefined> {
    const blob = await this.chunk(expected.sha256);
    if (blob === undefined) return undefined;
    const bytes = blob.size === expected.size ? await blob.arrayBuffer().catch(() => undefined) : undefined;
    if (bytes !== undefined && (await sha256(new Uint8Array(bytes))) === expected.sha256) return blob;
    await this.dropChunk(expected.sha256);
    return undefined;
  }

  /** Stores bytes that the caller has verified. Resolves to whether they are kept. */
  putChunk(sha256: string, bytes: Blob): Promise<boolean> {
    return this.#chunks.set(sha256, bytes);
  }

  /** Drops a chunk that turned out to be damaged. */
  dropChunk(sha256: string): Promise<boolean> {
    return this.#chunks.delete(sha256);
  }

  mark(key: string): Promise<CommitMark | undefined> {
    return this.#marks.get<CommitMark>(key, (value) => typeof value === 'object' && value !== null);
  }

  commit(key: string, mark: CommitMark): Promise<boolean> {
    return this.#marks.set(key, mark);
  }
}

/**
 * An idb-keyval store that is opened anew after a failure: a connection that the browser closed stays
 * unusable, and before 6.3 a failed open was remembered for ever (jakearchibald/idb-keyval#142, #165).
 */
class HealingStore {
  readonly #name: string;
  #store: UseStore | undefined;

  constructor(name: string) {
    this.#name = name;
  }

  async get<T>(key: string, isSound: (value: unknown) => boolean): Promise<T | undefined> {
    const value: unknown = await this.#attempt((store) => get(key, store));
    return isSound(value) ? (value as T) : undefined;
  }

  async set(key: string, value: unknown): Promise<boolean> {
    return (await this.#attempt((store) => set(key, value, store).then(() => true))) ?? false;
  }

  async delete(key: string): Promise<boolean> {
    return (await this.#attempt((store) => del(key, store).then(() => true))) ?? false;
  }

  /** Runs once more on a fresh connection; a second failure means that there is no storage to be had. */
  async #attempt<T>(operation: (store: UseStore) => Promise<T>): Promise<T | undefined> {
    for (let attempt = 0; attempt < 2; attempt++) {
      try {
        this.#store ??= createStore(this.#name, 'keyval');
        return await operation(this.#store);
      } catch {
        this.#store = undefined;
      }
    }
    return undefined;
  }
}
