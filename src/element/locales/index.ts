import { en } from './en.ts';
import type { Messages } from './messages.ts';
import { zhCN } from './zh-CN.ts';

export type { Messages } from './messages.ts';

/** The words for an element by its own `lang`: Chinese unless it says English. */
export function messagesFor(element: Element): Messages {
  // The page's lang is not asked: many a Chinese page still carries its template's <html lang="en">.
  return /^en\b/i.test(element.getAttribute('lang') ?? '') ? en : zhCN;
}
