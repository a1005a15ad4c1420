import type { ExpectedChunk } from './chunk-reader.ts';
import type { StoredVersion, WeightStore } from './store.ts';

/** Where a load's chunks are kept: all of them, or none. */
export class Keeping {
  readonly #store: WeightStore;
  readonly #key: string;
  readonly #version: string;
  readonly #chunks: readonly ExpectedChunk[];
  #kept = true;

  /** `version`: of what lies at the address `key`. `chunks`: its chunks, as far as they are known before. */
  constructor(
    store: WeightStore,
    { key, version, chunks }: { key: string; version: string; chunks: readonly ExpectedChunk[] },
  ) {
    this.#store = store;
    this.#key = key;
    this.#version = version;
    this.#chunks = chunks;
  }

  /** Whether everything so far is stored for the next visit. */
  get kept(): boolean {
    return this.#kept;
  }

  /**
   * Asks the browser whether `bytes` more may be stored, before any is fetched. Where there is too little room, garbage
   * goes first, but for the chunks of this load, and then the version that this one replaces; where that is not enough,
   * nothing is kept.
   */
  async ask(bytes: number): Promise<void> {
    if (await hasRoom(bytes)) return;
    await this.#store.collectGarbage(this.#chunks);
    if (await hasRoom(bytes)) return;
    await this.#store.removeOther(this.#key, this.#version);
    await this.#store.collectGarbage(this.#chunks);
    if (!(await hasRoom(bytes))) await this.#giveUp();
  }

  /**
   * Stores verified bytes. Resolves to the Blob as it is stored, which unlike one made of the bytes takes no memory;
   * undefined where it is not kept. `rowBytes`: as {@link WeightStore.putChunk}.
   */
  async put(
    sha256: string,
    bytes: Uint8Array<ArrayBuffer>,
    options: { rowBytes?: number | undefined } = {},
  ): Promise<Blob | undefined> {
    if (!this.#kept) return undefined;
    const stored = await this.#store.putChunk(sha256, bytes, options);
    if (stored === undefined) await this.#giveUp();
    return stored;
  }

  /** Marks what was kept as complete. */
  async commit(content: Pick<StoredVersion, 'manifest' | 'model' | 'chunks'>): Promise<void> {
    if (!this.#kept) return;
    if (!(await this.#store.commit(this.#key, { ...content, version: this.#version }))) await this.#giveUp();
  }

  /** A part of a model is of no use to anybody, and the disk is full or broken. */
  async #giveUp(): Promise<void> {
    this.#kept = false;
    await this.#store.collectGarbage();
  }
}

/** Where the browser does not say, the attempt will show. */
async function hasRoom(bytes: number): Promise<boolean> {
  const storage: StorageManager | undefined = globalThis.navigator?.storage;
  const { quota, usage } = (await storage?.estimate?.().catch(() => undefined)) ?? {};
  return quota === undefined || usage === undefined || quota - usage >= bytes;
}
