import { lockManager } from '../lock-manager.ts';

/** Whether tabs can find each other by locks and broadcasts. */
export async function canLock(): Promise<boolean> {
  if (typeof BroadcastChannel === 'undefined') return false;
  try {
    const granted = await lockManager()?.request('case-matcher', { mode: 'shared' }, () => true);
    return granted ?? false;
  } catch {
    return false;
  }
}

/** Holds the lock of a name that nobody else has, until `end`; resolves once it does. Rejects where locks are not to be had. */
export function holdLock(name: string, end: Promise<void> = new Promise(() => {})): Promise<void> {
  return new Promise((resolve, reject) => {
    const locks = lockManager();
    if (locks === undefined) throw new DOMException('no Web Locks', 'NotSupportedError');
    const held = (): Promise<void> => {
      resolve();
      return end;
    };
    locks.request(name, held).catch(reject);
  });
}

/** Resolves once nobody holds the lock of this name: whoever held it has ended, in whatever way. */
export async function endOf(name: string, signal?: AbortSignal): Promise<void> {
  await lockManager()?.request(name, { mode: 'shared', ...(signal ? { signal } : {}) }, () => {});
}
