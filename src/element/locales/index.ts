import { en } from './en.ts';
import type { Messages } from './messages.ts';
import { zhCN } from './zh-CN.ts';

export type { Messages } from './messages.ts';

/** The words for an element: its own `lang`, else the nearest one around it when English, else Chinese. */
export function messagesFor(element: Element): Messages {
  const language = element.getAttribute('lang') || languageAround(element);
  return /^en\b/i.test(language) ? en : zhCN;
}

function languageAround(element: Element): string {
  const nearest = element.closest('[lang]');
  if (nearest) return nearest.getAttribute('lang') ?? '';
  const root = element.getRootNode();
  return root instanceof ShadowRoot ? languageAround(root.host) : '';
}
