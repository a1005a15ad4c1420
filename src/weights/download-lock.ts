const NAME = 'case-matcher-download';

/**
 * Runs `work` while no other tab of this origin does: two hundred PCs share a line, and ten tabs of one need not. Calls
 * `onWait` where it has to wait, and tells `work` whether it did. When the tab that holds the lock closes or dies, the
 * next one has it. Without Web Locks (an insecure context) work begins at once. Rejects as `work` does; with the signal's
 * reason while it waits.
 */
export async function oneAtATime<T>(
  { signal, onWait }: { signal: AbortSignal; onWait: () => void },
  work: (waited: boolean) => Promise<T>,
): Promise<T> {
  const locks = lockManager();
  if (locks === undefined) return work(false);
  const alone = await whenFree(() => work(false));
  if (alone !== undefined) return alone.result;
  onWait();
  // Typed as what the callback resolves to, or not, by the version of TypeScript's DOM.
  return (await locks.request(NAME, { signal }, () => work(true))) as T;
}

/** Runs `work` if no tab downloads now; undefined otherwise. Without Web Locks nobody can tell, and it runs. */
export async function whenFree<T>(work: () => Promise<T>): Promise<{ result: T } | undefined> {
  const locks = lockManager();
  if (locks === undefined) return { result: await work() };
  return (await locks.request(NAME, { ifAvailable: true }, async (lock) =>
    lock === null ? undefined : { result: await work() },
  )) as { result: T } | undefined;
}

function lockManager(): LockManager | undefined {
  return (globalThis.navigator as { locks?: LockManager } | undefined)?.locks;
}
