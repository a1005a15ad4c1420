import type { RerankerInfo } from './types.ts';

/**
 * Asks the browser not to evict this origin's storage when the disk fills up, once a model is kept in it. Only a page can
 * ask, not a worker. Chromium and Safari decide for themselves; Firefox asks the user. A refusal changes nothing today.
 */
export async function keepStorage({ persisted }: RerankerInfo): Promise<void> {
  // Absent in an insecure context.
  const storage: StorageManager | undefined = navigator.storage;
  if (!persisted || storage?.persist === undefined) return;
  try {
    if (!(await storage.persisted())) await storage.persist();
  } catch {
    // Where the browser will not say, the model is kept as long as it is.
  }
}
