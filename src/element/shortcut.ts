/** A key with its modifiers, as in `Alt+M`. */
export interface Shortcut {
  readonly key: string;
  readonly alt: boolean;
  readonly ctrl: boolean;
  readonly meta: boolean;
  readonly shift: boolean;
}

const MODIFIERS: ReadonlyMap<string, keyof Omit<Shortcut, 'key'>> = new Map([
  ['alt', 'alt'],
  ['option', 'alt'],
  ['ctrl', 'ctrl'],
  ['control', 'ctrl'],
  ['meta', 'meta'],
  ['cmd', 'meta'],
  ['command', 'meta'],
  ['shift', 'shift'],
]);

/**
 * A shortcut in words (`Alt+M`, `Ctrl+Shift+K`, `F8`) as one to listen for. Undefined where it is none, and where it
 * would take what people type: a letter or digit needs Alt, Ctrl or Meta.
 */
export function parseShortcut(words: string): Shortcut | undefined {
  const names = words.split('+').map((name) => name.trim().toLowerCase());
  const key = names.pop() ?? '';
  const held = { alt: false, ctrl: false, meta: false, shift: false };
  for (const name of names) {
    const modifier = MODIFIERS.get(name);
    if (modifier === undefined) return undefined;
    held[modifier] = true;
  }
  const named = /^f([1-9]|1[0-2])$/.test(key);
  const typed = /^[a-z0-9]$/.test(key) && (held.alt || held.ctrl || held.meta);
  return named || typed ? { key, ...held } : undefined;
}

/** Whether a key event is this shortcut. */
export function isShortcut(event: KeyboardEvent, { key, alt, ctrl, meta, shift }: Shortcut): boolean {
  if (event.altKey !== alt || event.ctrlKey !== ctrl || event.metaKey !== meta || event.shiftKey !== shift)
    return false;
  // With Alt a Mac types another letter: there the key's place counts.
  return event.key.toLowerCase() === key || event.code.toLowerCase().replace(/^(key|digit)/, '') === key;
}

/** As `aria-keyshortcuts` wants it. */
export function ariaShortcut({ key, alt, ctrl, meta, shift }: Shortcut): string {
  const held = [ctrl && 'Control', alt && 'Alt', meta && 'Meta', shift && 'Shift'].filter(Boolean);
  return [...held, key.toUpperCase()].join('+');
}
