import { chunksOf, WeightStore } from './store.ts';

/** A model whose every byte is stored, so that it opens without the network. */
export interface StoredModel {
  readonly model: string;
  /** URL of the pack's folder; of an export, that of its graph. */
  readonly url: string;
  /** Two models can share some of them. */
  readonly bytes: number;
  /** When this version of it was stored. */
  readonly since: Date;
  /** When it was last loaded. */
  readonly used: Date;
}

export interface StorageReport {
  readonly models: readonly StoredModel[];
  /** Of all that is stored, each byte counted once. */
  readonly bytes: number;
  /** Bytes among them of downloads that have not come to their end, and of versions that will be removed. */
  readonly unfinishedBytes: number;
  /** Whether the browser has promised not to evict this origin's storage when the disk fills up. */
  readonly persistent: boolean;
}

/** What is stored of models on this origin. Where there is no storage, nothing is. */
export async function storedModels(): Promise<StorageReport> {
  const store = new WeightStore();
  const [marks, sizes] = await Promise.all([store.marks(), store.chunkSizes()]);
  const named = new Set<string>();
  const models = [...marks].map(([url, mark]) => {
    const { model, since, used } = mark;
    const chunks = chunksOf(mark);
    for (const { sha256 } of chunks) named.add(sha256);
    const bytes = chunks.reduce((sum, { size }) => sum + size, 0);
    return { model, url, bytes, since: new Date(since), used: new Date(used) };
  });
  let bytes = 0;
  let unfinishedBytes = 0;
  for (const [sha256, size] of sizes) {
    bytes += size;
    if (!named.has(sha256)) unfinishedBytes += size;
  }
  return { models, bytes, unfinishedBytes, persistent: await isPersistent() };
}

/**
 * Removes all that is stored of models on this origin. Engines that run go on; the next load downloads again. Resolves
 * to whether it is gone, which it is not where the browser refuses.
 */
export function clearStoredModels(): Promise<boolean> {
  return new WeightStore().clear();
}

async function isPersistent(): Promise<boolean> {
  const storage: StorageManager | undefined = globalThis.navigator?.storage;
  return (await storage?.persisted?.().catch(() => false)) ?? false;
}
