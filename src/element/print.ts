import type { CasePath } from '../matching/index.ts';
import type { LaterMessages } from './locales/later-messages.ts';
import { eventTime, eventWords, pathSummary } from './view/path.ts';

const STYLES = `
  @page { margin: 18mm; }
  body { font: 11pt/1.6 system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif; color: #000; }
  h1 { font-size: 15pt; margin: 0; }
  p { margin: 0; white-space: pre-line; }
  ol { list-style: none; margin: 6mm 0 0; padding: 0; border-inline-start: 0.4mm solid #000; }
  li { padding: 0 0 4mm 5mm; break-inside: avoid; }
  .note { color: #444; font-size: 9.5pt; }
`;

/**
 * Prints the path of a case from a frame of its own, so that the host's page is neither printed nor changed: a window
 * may be blocked, and print styles for the page would be the host's business. Text becomes text nodes; styles are
 * adopted, which a strict style-src allows.
 * @param root where the frame may live for a while: the element's own shadow root.
 */
export function printPath(
  path: CasePath,
  messages: LaterMessages,
  root: DocumentFragment | HTMLElement,
): void {
  const frame = document.createElement('iframe');
  frame.className = 'print-frame';
  frame.title = messages.print;
  frame.setAttribute('aria-hidden', 'true');
  frame.tabIndex = -1;
  root.append(frame);
  const page = frame.contentWindow as (Window & typeof globalThis) | null;
  if (!page) {
    frame.remove();
    return;
  }
  const styles = new page.CSSStyleSheet();
  styles.replaceSync(STYLES);
  page.document.adoptedStyleSheets = [styles];
  page.document.documentElement.lang = messages.language;
  page.document.title = path.title ?? path.case.id;
  page.document.body.append(sheet(path, messages, page.document));
  page.addEventListener('afterprint', () => setTimeout(() => frame.remove()), { once: true });
  page.focus();
  page.print();
}

function sheet(path: CasePath, messages: LaterMessages, page: Document): DocumentFragment {
  const element = (name: string, text: string, className = ''): HTMLElement => {
    const made = page.createElement(name);
    made.textContent = text;
    made.className = className;
    return made;
  };
  const list = page.createElement('ol');
  for (const event of path.events) {
    const item = page.createElement('li');
    const what = event.kind === 'step' ? (event.text ?? '') : eventWords(event, messages);
    const who = [event.actor, eventTime(event, messages)].filter(Boolean).join(' · ');
    item.append(element('strong', what), element('p', who, 'note'));
    if (event.kind !== 'step' && event.text) item.append(element('p', event.text));
    list.append(item);
  }
  const whole = page.createDocumentFragment();
  whole.append(
    element('h1', path.title ?? messages.caseTitle(path.case.id)),
    element('p', pathSummary(path, messages), 'note'),
    list,
  );
  return whole;
}
