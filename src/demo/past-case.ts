import { h } from './dom.ts';
import { formatTime } from './format.ts';
import { type Language, messages } from './messages.ts';
import type { Ticket } from './ticket-api.ts';
import { drawFacts } from './ticket-form.ts';

/** Shows a past case with its whole handling path; `quote` takes over its reply. */
export function showPastCase(
  dialog: HTMLDialogElement,
  past: Ticket,
  language: Language,
  quote: (past: Ticket) => void,
): void {
  const text = messages[language];
  const time = (iso: string | undefined): string | undefined => iso && formatTime(language, iso);
  const { unit, closedAt, days, reply, solved, satisfaction } = past.handling ?? {};
  const result = [solved && text.solved[solved], satisfaction && text.satisfaction[satisfaction]];
  const taken = [days, past.limitDays].map((value) => (value === undefined ? '–' : text.daysTaken(value)));

  const close = h(
    'button',
    { type: 'button', class: 'close', 'aria-label': text.close, title: text.close },
    '×',
  );
  close.addEventListener('click', () => dialog.close());
  const take = h('button', { type: 'button', class: 'primary' }, text.quote);
  take.addEventListener('click', () => {
    dialog.close();
    quote(past);
  });

  dialog.replaceChildren(
    h(
      'div',
      { class: 'dialog-head' },
      h('h2', { id: 'past-case-heading' }, past.title ?? text.pastCase),
      h('span', { class: 'hint' }, past.id),
      close,
    ),
    h(
      'div',
      { class: 'dialog-body', tabindex: '0', role: 'group', 'aria-labelledby': 'past-case-heading' },
      drawFacts(
        [
          [text.createdAt, time(past.createdAt)],
          [text.closedAt, time(closedAt)],
          [text.place, past.place],
          [text.category, past.category?.join(' › ')],
          [text.unit, unit],
          [text.result, result.filter(Boolean).join(' · ')],
          [text.days, days === undefined ? undefined : taken[0]],
          [text.limit, past.limitDays === undefined ? undefined : text.workingDays(past.limitDays)],
        ],
        text.unknown,
      ),
      h('h3', {}, text.text),
      h('p', { class: 'report' }, past.text),
      h('h3', {}, text.steps),
      drawPath(past, language),
      reply !== undefined && h('h3', {}, text.reply),
      reply !== undefined && h('p', { class: 'report' }, reply),
    ),
    h('div', { class: 'actions' }, reply !== undefined && take),
  );
  dialog.showModal();
}

/** From receipt to closing, a line per step. */
function drawPath(past: Ticket, language: Language): HTMLElement {
  const text = messages[language];
  const { steps = [], closedAt } = past.handling ?? {};
  const path = [
    { at: past.createdAt, action: text.received, actor: undefined },
    ...steps,
    ...(closedAt === undefined ? [] : [{ at: closedAt, action: text.closed, actor: undefined }]),
  ];
  const list = h('ol', { class: 'path' });
  for (const { at, actor, action } of path) {
    list.append(
      h(
        'li',
        {},
        h('time', at === undefined ? {} : { datetime: at }, at === undefined ? '' : formatTime(language, at)),
        h('span', { class: 'action' }, action),
        h('span', { class: 'actor' }, actor ?? ''),
      ),
    );
  }
  return list;
}
