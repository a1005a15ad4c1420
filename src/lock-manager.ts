/** Web Locks, where there are any: in secure contexts. In those of an opaque origin every request is refused. */
export function lockManager(): LockManager | undefined {
  return (globalThis.navigator as { locks?: LockManager } | undefined)?.locks;
}
