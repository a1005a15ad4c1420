import { lockManager } from '../lock-manager.ts';

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
  const alone = await whenFree(() => work(false));
  if (alone !== undefined) return alone.result;
  onWait();
  return (await lockManager()?.request(NAME, { signal }, () => work(true))) as T;
}

/** Runs `work` if no tab downloads now; undefined otherwise. Without Web Locks nobody can tell, and it runs. */
export async function whenFree<T>(work: () => Promise<T>): Promise<{ readonly result: T } | undefined> {
  let started = false;
  const run = async (): Promise<{ result: T }> => {
    started = true;
    return { result: await work() };
  };
  const locks = lockManager();
  if (locks === undefined) return run();
  try {
    return await locks.request(NAME, { ifAvailable: true }, (lock) => (lock === null ? undefined : run()));
  } catch (error) {
    // An opaque origin has the interface, and no locks.
    if (started) throw error;
    return run();
  }
}
