import { h } from './dom.ts';
import { dateOfDay, dueDay, workdaysLeft } from './due.ts';
import { formatDay, formatTime } from './format.ts';
import { type Language, messages } from './messages.ts';
import type { Ticket } from './ticket-api.ts';

/** What the agent has written so far about one ticket. */
export interface Draft {
  way: number;
  unit: string;
  opinion: string;
  /** Ids of the past cases that were linked. */
  linked: string[];
}

/** Draws the ticket on screen with the form in which it is handled. Edits go into `draft` as they are made. */
export function drawTicket(
  container: HTMLElement,
  ticket: Ticket | undefined,
  draft: Draft,
  language: Language,
  submit: () => void,
): void {
  const text = messages[language];
  if (ticket === undefined) {
    container.replaceChildren(h('p', { class: 'missing', id: 'ticket-heading' }, text.noTicket));
    return;
  }
  container.replaceChildren(
    h('div', { class: 'pane-head' }, h('h2', { id: 'ticket-heading' }, ticket.title ?? text.ticket)),
    drawFields(ticket, language),
    h('h3', {}, text.text),
    h('p', { class: 'report', id: 'report', tabindex: '0' }, ticket.text),
    drawForm(draft, language, submit),
  );
  container.scrollTop = 0;
}

/** Marks in a text what stands at these ranges, which may overlap. */
export function markRanges(
  paragraph: HTMLElement,
  text: string,
  ranges: readonly { readonly start: number; readonly end: number }[],
): void {
  const marked = (at: number) => ranges.some(({ start, end }) => start <= at && at < end);
  const cuts = ranges.flatMap(({ start, end }) => [start, end]).filter((cut) => cut < text.length);
  const starts = [...new Set([0, ...cuts])].sort((a, b) => a - b);
  paragraph.replaceChildren(
    ...starts.map((start, index) => {
      const words = text.slice(start, starts[index + 1]);
      return marked(start) ? h('mark', {}, words) : words;
    }),
  );
}

/** A description list of the fields that a ticket has; `unknown` stands where one is missing. */
export function drawFacts(
  facts: readonly (readonly [string, string | undefined])[],
  unknown: string,
): HTMLElement {
  const list = h('dl', { class: 'fields' });
  for (const [name, value] of facts) {
    const missing = value === undefined || value === '';
    list.append(
      h('div', {}, h('dt', {}, name), h('dd', missing ? { class: 'unknown' } : {}, value || unknown)),
    );
  }
  return list;
}

function drawFields(ticket: Ticket, language: Language): HTMLElement {
  const text = messages[language];
  const { createdAt, limitDays } = ticket;
  let due: string | undefined;
  if (createdAt !== undefined && limitDays !== undefined) {
    const day = dueDay(createdAt, limitDays);
    due = `${formatDay(language, dateOfDay(day))} · ${text.left(workdaysLeft(day, new Date()))}`;
  }
  return drawFacts(
    [
      [text.id, ticket.id],
      [text.createdAt, createdAt && formatTime(language, createdAt)],
      [text.place, ticket.place],
      [text.category, ticket.category?.join(' › ')],
      [text.limit, limitDays === undefined ? undefined : text.workingDays(limitDays)],
      [text.due, due],
    ],
    text.unknown,
  );
}

function drawForm(draft: Draft, language: Language, submit: () => void): HTMLElement {
  const text = messages[language];
  const way = h(
    'select',
    { id: 'way' },
    ...text.ways.map((name, i) => h('option', { value: String(i) }, name)),
  );
  way.selectedIndex = draft.way;
  const unit = h('input', { id: 'unit', autocomplete: 'off', maxlength: '100' });
  unit.value = draft.unit;
  const opinion = h('textarea', {
    id: 'opinion',
    rows: '6',
    maxlength: '4000',
    'aria-describedby': 'opinion-hint opinion-missing',
  });
  opinion.value = draft.opinion;
  const count = h('span', { class: 'hint' });
  const missing = h('p', { class: 'invalid', id: 'opinion-missing', role: 'alert' });
  const showCount = (): void => {
    count.textContent = text.characters(opinion.value.length);
  };
  showCount();

  const form = h(
    'form',
    { class: 'handling', novalidate: '', 'aria-label': text.handling },
    h('h3', {}, text.handling),
    h('label', {}, h('span', {}, text.way), way),
    h('label', {}, h('span', {}, text.unit), unit),
    h('label', { class: 'wide' }, h('span', {}, text.opinion), opinion),
    h('p', { class: 'hint wide', id: 'opinion-hint' }, text.opinionHint),
    draft.linked.length > 0 && h('p', { class: 'hint wide' }, text.linked(draft.linked.join(text.comma))),
    missing,
    h(
      'div',
      { class: 'actions wide' },
      h('span', { class: 'hint kept' }, text.draftKept),
      count,
      h('button', { class: 'primary', type: 'submit' }, text.submit),
    ),
  );
  form.addEventListener('input', () => {
    draft.way = way.selectedIndex;
    draft.unit = unit.value;
    draft.opinion = opinion.value;
    missing.textContent = '';
    opinion.removeAttribute('aria-invalid');
    showCount();
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (opinion.value.trim() !== '') return submit();
    missing.textContent = text.opinionMissing;
    opinion.setAttribute('aria-invalid', 'true');
    opinion.focus();
  });
  return form;
}
