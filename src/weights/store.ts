import { createStore, del, get, set, type UseStore } from 'idb-keyval';
import { checksum } from './checksum.ts';
import type { PackChunk } from './manifest.ts';
import { readBlob } from './read-blob.ts';

/** Written after the last chunk of a pack is stored: the pack can be opened again without the network. */
export interface CommitMark {
  /** The manifest as it was served. */
  readonly manifest: unknown;
  readonly chunks: readonly string[];
}

type ExpectedChunk = Pick<PackChunk, 'size' | 'sha256'>;

interface StoredChunk {
  readonly blob: Blob;
  /** Of its bytes when they were stored, right after their SHA-256 was checked. */
  readonly checksum: string;
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

  /** A stored chunk, if it is still the bytes that it was. */
  async chunk(expected: ExpectedChunk): Promise<Blob | undefined> {
    return this.#read(expected, new Uint8Array(expected.size));
  }

  /** Reads a stored chunk into `into`, which is as long. Resolves to whether its bytes are what they were. */
  async readChunk(expected: ExpectedChunk, into: Uint8Array): Promise<boolean> {
    return (await this.#read(expected, into)) !== undefined;
  }

  /**
   * Stores bytes that the caller has verified. Resolves to the Blob as it is stored, which unlike one made of the
   * bytes takes no memory; undefined where it is not kept.
   */
  async putChunk(sha256: string, bytes: Uint8Array<ArrayBuffer>): Promise<Blob | undefined> {
    const stored: StoredChunk = { blob: new Blob([bytes]), checksum: checksum(bytes) };
    if (!(await this.#chunks.set(sha256, stored))) return undefined;
    return (await this.#chunks.get<StoredChunk>(sha256, isStoredChunk))?.blob;
  }

  mark(key: string): Promise<CommitMark | undefined> {
    return this.#marks.get<CommitMark>(key, (value) => typeof value === 'object' && value !== null);
  }

  commit(key: string, mark: CommitMark): Promise<boolean> {
    return this.#marks.set(key, mark);
  }

  /** A damaged chunk is dropped. */
  async #read(expected: ExpectedChunk, into: Uint8Array): Promise<Blob | undefined> {
    const stored = await this.#chunks.get<StoredChunk>(expected.sha256, isStoredChunk);
    if (stored === undefined) return undefined;
    const { blob } = stored;
    const read =
      blob.size === expected.size &&
      (await readBlob(blob, into).then(
        () => true,
        () => false,
      ));
    if (read && checksum(into) === stored.checksum) return blob;
    await this.#chunks.delete(expected.sha256);
    return undefined;
  }
}

function isStoredChunk(value: unknown): boolean {
  const stored = value as Partial<StoredChunk> | undefined;
  return stored?.blob instanceof Blob && typeof stored.checksum === 'string';
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
