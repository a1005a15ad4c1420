/**
 * Puts text on the clipboard. Resolves with whether it got there: a page without https has no async clipboard, and a
 * permissions policy may refuse either way.
 * @param root where the older way may put a field for a moment: the element's own shadow root, out of the host's sight.
 */
export async function copyText(text: string, root: DocumentFragment | HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text, root);
  }
}

function copyBySelection(text: string, root: DocumentFragment | HTMLElement): boolean {
  const active = root instanceof ShadowRoot ? root.activeElement : document.activeElement;
  const field = document.createElement('textarea');
  field.value = text;
  field.className = 'unseen';
  field.setAttribute('aria-hidden', 'true');
  root.append(field);
  field.select();
  try {
    return document.execCommand('copy');
  } catch {
    return false;
  } finally {
    field.remove();
    if (active instanceof HTMLElement) active.focus({ preventScroll: true });
  }
}
