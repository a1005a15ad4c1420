import { en } from './en.ts';
import type { CalibrationMessages } from './messages.ts';
import { zhCN } from './zh-CN.ts';

export type { CalibrationMessages } from './messages.ts';

/** The words for a view by its own `lang`: Chinese unless it says English. */
export function calibrationMessagesFor(element: Element): CalibrationMessages {
  return /^en\b/i.test(element.getAttribute('lang') ?? '') ? en : zhCN;
}
