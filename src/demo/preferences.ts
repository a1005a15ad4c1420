import type { Language } from './messages.ts';

export type Theme = 'auto' | 'light' | 'dark';

/** What the seat has chosen. Only this is ever stored; ticket text is not. */
export interface Preferences {
  language: Language;
  theme: Theme;
}

const KEY = 'desk-preferences';

export function readPreferences(): Preferences {
  let stored: unknown;
  try {
    stored = JSON.parse(localStorage.getItem(KEY) ?? 'null');
  } catch {
    stored = null;
  }
  const { language, theme } = (stored ?? {}) as { language?: unknown; theme?: unknown };
  return {
    language: language === 'en' ? 'en' : 'zh-CN',
    theme: theme === 'light' || theme === 'dark' ? theme : 'auto',
  };
}

/** Storage may be forbidden or full; the choice then holds until the page is left. */
export function keepPreferences(preferences: Preferences): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(preferences));
  } catch {}
}
