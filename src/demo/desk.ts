import type { CaseExplainDetail, CaseMatcherElement } from '../element/index.ts';
import { byId, h } from './dom.ts';
import { type Language, messages, translatePage } from './messages.ts';
import { openWithoutNetwork } from './open-without-network.ts';
import { showPastCase } from './past-case.ts';
import { keepPreferences, readPreferences, type Theme } from './preferences.ts';
import { drawQueue } from './queue.ts';
import { fetchQueue, fetchTicket, type Ticket } from './ticket-api.ts';
import { type Draft, drawTicket, markRanges } from './ticket-form.ts';

type View = 'queue' | 'ticket' | 'panel';

const parameters = new URLSearchParams(location.search);
const panel = byId<CaseMatcherElement>('panel');
const pastCase = byId<HTMLDialogElement>('past-case');
const paste = byId<HTMLDialogElement>('paste');
const pasteText = byId<HTMLTextAreaElement>('paste-text');
const preferences = readPreferences();

let tickets: Ticket[] = [];
/** Whether the queue is the one of an earlier time. */
let kept = false;
let selected: string | undefined;
const drafts = new Map<string, Draft>();
const submitted = new Set<string>();
const pasted = new Set<string>();
/** Where the ticket on screen says what the cases beside it say too. */
let shared: CaseExplainDetail['shared'] = [];

function current(): Ticket | undefined {
  return tickets.find(({ id }) => id === selected);
}

function draftOf(id: string): Draft {
  const draft = drafts.get(id) ?? { way: 0, unit: '', opinion: '', linked: [] };
  drafts.set(id, draft);
  return draft;
}

function draw(): void {
  const { language } = preferences;
  const open = tickets.filter(({ id }) => !submitted.has(id)).length;
  const { offline, open: items } = messages[language];
  byId('queue-count').textContent = kept ? `${offline} · ${items(open)}` : items(open);
  const actions = { select, enter };
  drawQueue(byId('queue'), { tickets, selected, submitted, pasted }, language, actions);
  drawCurrent();
}

function drawCurrent(): void {
  drawTicket(byId('ticket'), current(), draftOf(selected ?? ''), preferences.language, submit);
  markShared();
}

function markShared(): void {
  const ticket = current();
  const inText = shared.filter(({ field }) => field === 'text');
  if (ticket) markRanges(byId('report'), ticket.text, inText);
}

/** The one line by which a host hands over the ticket on screen is `panel.ticket = …`. */
function select(id: string): void {
  if (id === selected) return;
  selected = id;
  shared = [];
  panel.ticket = current();
  const url = new URL(location.href);
  if (pasted.has(id)) url.searchParams.delete('ticket');
  else url.searchParams.set('ticket', id);
  history.replaceState(null, '', url);
  draw();
}

/** In the narrow layout the queue makes room for the ticket, and the focus goes along. */
function enter(): void {
  show('ticket');
  if (byId('queue').offsetParent === null) byId('ticket').focus();
}

function submit(): void {
  if (selected === undefined) return;
  submitted.add(selected);
  const next = tickets.find(({ id }) => !submitted.has(id));
  if (next === undefined) draw();
  else select(next.id);
  byId('ticket').focus();
}

function show(view: View): void {
  document.documentElement.dataset['view'] = view;
  for (const tab of byId('tabs').querySelectorAll<HTMLElement>('button')) {
    tab.setAttribute('aria-current', String(tab.dataset['view'] === view));
  }
}

function applyLanguage(language: Language): void {
  preferences.language = language;
  panel.lang = language;
  translatePage(language);
  draw();
}

function applyTheme(theme: Theme): void {
  preferences.theme = theme;
  panel.setAttribute('theme', theme);
  document.documentElement.dataset['theme'] = theme;
}

function quoteReply(past: Ticket): void {
  if (selected === undefined) return;
  takeOver(past);
  show('ticket');
  byId('opinion').focus();
}

/** Puts the handling of a past case into the draft. */
function takeOver({ id, handling = {} }: Ticket): void {
  if (selected === undefined) return;
  const draft = draftOf(selected);
  const reply = handling.reply ?? handling.steps?.map(({ action }) => action).join('；') ?? '';
  addLine(draft, messages[preferences.language].quoted(id, reply));
  draft.unit ||= handling.unit ?? '';
  drawCurrent();
}

/** Adds a line once: what is there already is not put there again. */
function addLine(draft: Draft, line: string): void {
  if (!draft.opinion.includes(line)) draft.opinion = [draft.opinion.trim(), line].filter(Boolean).join('\n');
}

function addPasted(text: string): void {
  const id = `${messages['zh-CN'].pasted}-${pasted.size + 1}`;
  pasted.add(id);
  tickets = [{ id, text, createdAt: new Date().toISOString() }, ...tickets];
  select(id);
  show('ticket');
}

async function loadQueue(): Promise<void> {
  try {
    ({ tickets, kept } = await fetchQueue());
  } catch {
    const retry = h('button', { type: 'button' }, messages[preferences.language].retry);
    retry.addEventListener('click', () => void loadQueue());
    const failed = h('p', { role: 'alert' }, messages[preferences.language].queueFailed);
    byId('queue').replaceChildren(h('div', { class: 'missing' }, failed, retry));
    return;
  }
  const wanted = parameters.get('ticket') ?? tickets[0]?.id;
  if (wanted !== undefined && !tickets.some(({ id }) => id === wanted)) {
    const past = await fetchTicket(wanted);
    if (past !== undefined) tickets = [past, ...tickets];
  }
  const first = tickets.find(({ id }) => id === wanted) ?? tickets[0];
  if (first === undefined) draw();
  else select(first.id);
}

for (const name of ['model', 'device']) {
  const value = parameters.get(name);
  if (value !== null) panel.setAttribute(name, value);
}

byId<HTMLSelectElement>('language').value = preferences.language;
byId('language').addEventListener('change', (event) => {
  applyLanguage((event.target as HTMLSelectElement).value as Language);
  keepPreferences(preferences);
});
byId<HTMLSelectElement>('theme').value = preferences.theme;
byId('theme').addEventListener('change', (event) => {
  applyTheme((event.target as HTMLSelectElement).value as Theme);
  keepPreferences(preferences);
});
byId('tabs').addEventListener('click', (event) => {
  const view = (event.target as HTMLElement).dataset['view'];
  if (view !== undefined) show(view as View);
});
byId('paste-open').addEventListener('click', () => {
  pasteText.value = '';
  paste.showModal();
});
byId('paste-cancel').addEventListener('click', () => paste.close());
paste.addEventListener('close', () => {
  if (paste.returnValue === 'add' && pasteText.value.trim() !== '') addPasted(pasteText.value.trim());
  paste.returnValue = '';
});
panel.addEventListener('case-adopt', (event) => {
  event.preventDefault();
  takeOver(event.detail.case);
});
panel.addEventListener('case-link', ({ detail }) => {
  const draft = draftOf(detail.ticketId);
  draft.linked = draft.linked.filter((id) => id !== detail.id);
  if (detail.linked) draft.linked.push(detail.id);
  drawCurrent();
});
panel.addEventListener('case-cluster', (event) => {
  event.preventDefault();
  const { proposed, comma } = messages[preferences.language];
  addLine(draftOf(event.detail.ticketId), proposed(event.detail.ids.join(comma)));
  drawCurrent();
});
panel.addEventListener('case-explain', ({ detail }) => {
  if (detail.ticketId !== selected) return;
  shared = [...shared, ...detail.shared];
  markShared();
});
panel.addEventListener('case-open', (event) => {
  event.preventDefault();
  showPastCase(pastCase, event.detail.case, preferences.language, quoteReply);
});

applyTheme(preferences.theme);
applyLanguage(preferences.language);
show('ticket');
openWithoutNetwork();
void loadQueue();
