import { h } from './dom.ts';
import { dueDay, workdaysLeft } from './due.ts';
import { formatShort } from './format.ts';
import { type Language, messages } from './messages.ts';
import type { Ticket } from './ticket-api.ts';

export interface QueueState {
  readonly tickets: readonly Ticket[];
  readonly selected: string | undefined;
  readonly submitted: ReadonlySet<string>;
  readonly pasted: ReadonlySet<string>;
}

export interface QueueActions {
  readonly select: (id: string) => void;
  /** Chosen deliberately, by click or Enter, rather than passed with the arrow keys. */
  readonly enter: () => void;
}

/** Draws the queue: a list box whose selection follows the arrow keys. Keeps the focus where it was. */
export function drawQueue(
  container: HTMLElement,
  state: QueueState,
  language: Language,
  actions: QueueActions,
): void {
  const focused = container.contains(document.activeElement);
  const scrolled = container.firstElementChild?.scrollTop ?? 0;
  const list = h('ul', { role: 'listbox', 'aria-labelledby': 'queue-heading', class: 'tickets' });
  for (const ticket of state.tickets) list.append(drawItem(ticket, state, language));
  const current = list.querySelector<HTMLElement>('[aria-selected=true]');
  (current ?? list.querySelector<HTMLElement>('[role=option]'))?.setAttribute('tabindex', '0');

  list.addEventListener('click', (event) => {
    const item = (event.target as Element).closest<HTMLElement>('[role=option]');
    if (item === null) return;
    actions.select(item.dataset['id'] ?? '');
    actions.enter();
  });
  list.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' || event.key === ' ') actions.enter();
    const to = target(event.key, state);
    if (to !== undefined) actions.select(to);
    if (to !== undefined || event.key === 'Enter' || event.key === ' ') event.preventDefault();
  });

  container.replaceChildren(list);
  list.scrollTop = scrolled;
  if (focused) current?.focus({ preventScroll: true });
  current?.scrollIntoView({ block: 'nearest' });
}

/** The ticket that a key leads to. */
function target(key: string, { tickets, selected }: QueueState): string | undefined {
  const at = tickets.findIndex(({ id }) => id === selected);
  const last = tickets.length - 1;
  const to = { ArrowDown: Math.min(at + 1, last), ArrowUp: Math.max(at - 1, 0), Home: 0, End: last };
  return key in to ? tickets[to[key as keyof typeof to]]?.id : undefined;
}

function drawItem(ticket: Ticket, state: QueueState, language: Language): HTMLElement {
  const text = messages[language];
  const now = new Date();
  const { id, createdAt, limitDays, category = [] } = ticket;
  const selected = id === state.selected;
  const left =
    createdAt === undefined || limitDays === undefined
      ? undefined
      : workdaysLeft(dueDay(createdAt, limitDays), now);
  const mark = state.submitted.has(id)
    ? h('span', { class: 'mark done' }, text.handled)
    : state.pasted.has(id)
      ? h('span', { class: 'mark' }, text.pasted)
      : left !== undefined && h('span', { class: left <= 1 ? 'mark urgent' : 'mark' }, text.left(left));
  return h(
    'li',
    { role: 'option', tabindex: '-1', 'aria-selected': String(selected), 'data-id': id },
    h('span', { class: 'title' }, ticket.title ?? ticket.text.slice(0, 60)),
    mark,
    h('span', { class: 'facts' }, [category[category.length - 1], ticket.place].filter(Boolean).join(' · ')),
    h('span', { class: 'time' }, createdAt === undefined ? '' : formatShort(language, createdAt, now)),
  );
}
