/** How many threads an engine may have: all that are to be had, or only its own. */
export type Threads = 'all' | 'one';

/** Logical processors that can share memory with this thread: that takes a context that is cross-origin isolated. */
export function availableThreads(threads: Threads): number {
  if (threads === 'one' || !globalThis.crossOriginIsolated) return 1;
  return navigator.hardwareConcurrency || 1;
}
