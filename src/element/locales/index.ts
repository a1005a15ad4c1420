import type { Messages } from './messages.ts';
import { zhCN } from './zh-CN.ts';

export type { Messages } from './messages.ts';

let english: Messages | undefined;

/**
 * The words for an element by its own `lang`: Chinese unless it says English. English is a file of its own: Chinese until
 * {@link wordsReady} said that it is there.
 */
export function messagesFor(element: Element): Messages {
  return (wantsEnglish(element) && english) || zhCN;
}

/** Brings the words for an element where they are not there yet; `undefined` where they are. Never rejects. */
export function wordsReady(element: Element): Promise<void> | undefined {
  if (!wantsEnglish(element) || english) return undefined;
  return import('./en.ts').then(
    ({ en }) => {
      english = en;
    },
    // A file of a build that is no longer served: Chinese words are better than none.
    () => {},
  );
}

function wantsEnglish(element: Element): boolean {
  // The page's lang is not asked: many a Chinese page still carries its template's <html lang="en">.
  return /^en\b/i.test(element.getAttribute('lang') ?? '');
}
