import { html, nothing, type TemplateResult } from 'lit';
import { failureWords } from '../failure.ts';
import { candidateList, caseList, skeleton } from './cases.ts';
import { engineLine } from './engine-line.ts';
import { formatTime } from './format.ts';
import type { Panel } from './model.ts';
import { noticeBox } from './notice.ts';
import { progressLine } from './progress.ts';
import { tools } from './tools.ts';

const BUSY: ReadonlySet<string> = new Set(['reading', 'finding', 'ranking', 'widening']);

/** The whole panel: heading, progress, cases, and where they were computed. */
export function panelView(panel: Panel): TemplateResult {
  const { messages, state, ahead, narrow } = panel;
  const busy = ahead !== undefined || BUSY.has(state.phase);
  return html`<section
    class="panel ${narrow ? 'narrow' : ''}"
    part="panel"
    lang=${messages.language}
    aria-labelledby="heading"
    aria-busy=${busy}
  >
    <header part="header">
      <h2 id="heading" part="heading" tabindex="-1">${messages.heading}</h2>
      ${orderTag(panel)}
      <span class="space"></span>
      ${tools(panel)}
    </header>
    ${progressLine(panel)}
    <p class="unseen" role="status" part="status">${panel.announcement}</p>
    ${keptNotice(panel)}${body(panel)}
    ${panel.keysShown ? (panel.deeper?.keysList(panel) ?? nothing) : nothing}
    <footer part="footer">${engineLine(panel)}</footer>
  </section>`;
}

/** Says so while the order on screen is not the model's. */
function orderTag({ messages, state }: Panel): TemplateResult | typeof nothing {
  const tag = (words: string) => html`<span class="tag" part="order">${words}</span>`;
  if (state.phase === 'unranked') return tag(messages.notByModel);
  return state.phase === 'ranking' && state.done === 0 ? tag(messages.firstStage) : nothing;
}

/** That the source is out of reach, and of when the list is that is shown in its place. */
function keptNotice({ keptAt, messages, actions }: Panel): TemplateResult | typeof nothing {
  if (keptAt === undefined) return nothing;
  const words = messages.keptWords(formatTime(keptAt, messages.language));
  const act = { label: messages.retry, run: actions.refresh, part: 'retry' };
  return noticeBox({ title: messages.kept, words, act }, 'kept');
}

function body(panel: Panel): TemplateResult {
  const { messages, state, actions } = panel;
  const act = { label: messages.retry, run: actions.refresh, part: 'retry' };
  switch (state.phase) {
    case 'idle':
      return noticeBox({ title: messages.noTicket, words: messages.noTicketHint }, 'quiet');
    case 'empty':
      return noticeBox({ title: messages.empty, words: messages.emptyHint }, 'quiet');
    case 'failed':
      return noticeBox(
        { title: messages.failed, words: failureWords(state.error, messages), act },
        'problem',
      );
    case 'reading':
    case 'finding':
      return html`${insightsRoom(panel)}${skeleton(panel)}`;
    case 'ranking':
      return state.refined ? chosenView(panel) : html`${insightsRoom(panel)}${candidateList(panel)}`;
    case 'widening':
    case 'ranked':
      return chosenView(panel);
    case 'unranked': {
      if (panel.view.name !== 'cases' || !('error' in state)) return chosenView(panel);
      const words = failureWords(state.error, messages);
      return html`${noticeBox({ title: messages.unranked, words, act }, 'problem')}${caseList(panel)}`;
    }
  }
}

function chosenView(panel: Panel): TemplateResult {
  const { view, deeper } = panel;
  if (deeper && view.name === 'tree' && panel.tree) return deeper.treePage(panel.tree, panel);
  if (deeper && view.name === 'path' && panel.path) return deeper.pathPage(panel.path, panel);
  return html`${insightsRoom(panel)}${caseList(panel)}`;
}

/** The numbers over all cases. Their room is there before they are. */
function insightsRoom(panel: Panel): TemplateResult {
  return panel.deeper?.insightsView(panel) ?? html`<div class="insights"><div class="figures"></div></div>`;
}
