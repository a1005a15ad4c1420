import type { Attention } from '../protocol.ts';

/** Whether the agent looks at this tab. */
export function currentAttention(): Attention {
  // A worker of the host's that uses the class has no document.
  if (typeof document === 'undefined' || document.visibilityState === 'hidden') return 0;
  return document.hasFocus() ? 2 : 1;
}

/** Calls `listener` whenever {@link currentAttention} may have changed, until the returned function is called. */
export function onAttentionChange(listener: () => void): () => void {
  const targets = typeof document === 'undefined' ? [] : [document, globalThis];
  const events = ['visibilitychange', 'focus', 'blur'];
  for (const target of targets) for (const event of events) target.addEventListener(event, listener);
  return () => {
    for (const target of targets) for (const event of events) target.removeEventListener(event, listener);
  };
}
