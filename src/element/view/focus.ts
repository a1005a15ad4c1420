/** The case whose row or card holds the focus, by its key. */
export function focusedCase(root: DocumentFragment | HTMLElement): string | undefined {
  const active = root instanceof ShadowRoot ? root.activeElement : null;
  return active?.closest<HTMLElement>('[data-key]')?.dataset.key;
}

/**
 * Gives the focus back to a case whose row was redrawn as a card and lost it. Never takes it from anything else:
 * not from another part of the page, nor from a case that still has it.
 */
export function keepFocus(root: DocumentFragment | HTMLElement, key: string | undefined): void {
  if (key === undefined || focusedCase(root) !== undefined || document.activeElement !== document.body)
    return;
  root.querySelector<HTMLElement>(`[data-key="${key}"] button`)?.focus({ preventScroll: true });
}
