import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Match } from '../../matching/index.ts';
import { failureWords } from '../failure.ts';
import { KEYS } from '../keys.ts';
import { caseCard, caseRow } from './case.ts';
import { engineLine } from './engine-line.ts';
import { formatTime } from './format.ts';
import { icon } from './icons.ts';
import { keysList } from './keys-list.ts';
import type { Panel } from './model.ts';
import { noticeBox } from './notice.ts';
import { progressLine } from './progress.ts';

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
    ${keysList(panel)}
    <footer part="footer">${engineLine(panel)}</footer>
  </section>`;
}

const BUSY: ReadonlySet<string> = new Set(['reading', 'finding', 'ranking', 'widening']);

/** What concerns all cases. */
function tools({ messages, state, keysShown, actions }: Panel): TemplateResult {
  return html`${
    'matches' in state
      ? html`<button
          type="button"
          class="act tool"
          part="refresh"
          aria-label=${messages.refresh}
          aria-keyshortcuts=${KEYS.refresh}
          title=${`${messages.refresh} (${KEYS.refresh})`}
          @click=${actions.refresh}
        >${icon('refresh')}</button>`
      : nothing
  }<button
      type="button"
      class="act tool"
      part="keys-button"
      aria-label=${messages.keys}
      aria-keyshortcuts=${KEYS.keys}
      aria-expanded=${keysShown}
      title=${`${messages.keys} (${KEYS.keys})`}
      @click=${actions.toggleKeys}
    >${icon('keys')}</button>`;
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
      return skeleton(panel);
    case 'ranking':
      return state.refined ? cases(state.matches, panel) : candidateList(state.matches, panel);
    case 'widening':
    case 'ranked':
      return cases(state.matches, panel);
    case 'unranked': {
      const words = failureWords(state.error, messages);
      return html`${noticeBox({ title: messages.unranked, words, act }, 'problem')}
        ${cases(state.matches, panel)}`;
    }
  }
}

function cases(matches: readonly Match[], panel: Panel): TemplateResult {
  if (matches.length === 0) {
    const { messages, rejected, actions } = panel;
    const undo = { label: messages.undo, run: actions.undo, part: 'undo' };
    return noticeBox(
      { title: messages.allRejected, words: messages.rejectedCount(rejected), act: undo },
      'quiet',
    );
  }
  return html`${cards(matches, panel)}${rest(matches, panel)}`;
}

/** As many places as there will be cards: the list before them fills the same room. */
function slots(count: number, { top }: Panel): string {
  return `--_slots: ${Math.max(1, Math.min(count, top))}`;
}

function skeleton(panel: Panel): TemplateResult {
  const places = Array.from({ length: panel.top });
  return html`<div class="room" .style=${slots(panel.top, panel)} aria-hidden="true">
    ${places.map(() => html`<div class="card skeleton"><i></i><i></i><i></i></div>`)}
    </div>
    <div class="rest-room"></div>`;
}

/** A list must not move under the pointer or the focus. */
function holding({ actions }: Panel): { hold: () => void; letGo: () => void } {
  return { hold: () => actions.hold(true), letGo: () => actions.hold(false) };
}

/** Titles alone, in the order known so far, scrolling inside the room of the cards to come. */
function candidateList(matches: readonly Match[], panel: Panel): TemplateResult {
  const { hold, letGo } = holding(panel);
  return html`<div
      class="room waiting"
      part="candidates"
      .style=${slots(matches.length, panel)}
      @pointerenter=${hold}
      @pointerleave=${letGo}
      @focusin=${hold}
      @focusout=${letGo}
    >
      <ol class="rows" aria-labelledby="heading">
        ${repeat(matches, byFirstStageRank, (match) => caseRow(match, panel))}
      </ol>
    </div>
    <div class="rest-room"></div>`;
}

function cards(matches: readonly Match[], panel: Panel): TemplateResult {
  const { hold, letGo } = holding(panel);
  return html`<ol
    class="room cards"
    part="cases"
    .style=${slots(matches.length, panel)}
    aria-labelledby="heading"
    @pointerenter=${hold}
    @pointerleave=${letGo}
    @focusin=${hold}
    @focusout=${letGo}
  >
    ${repeat(matches.slice(0, panel.top), byFirstStageRank, (match) => caseCard(match, panel))}
  </ol>`;
}

function rest(matches: readonly Match[], panel: Panel): TemplateResult {
  const others = matches.slice(panel.top);
  const { messages, restShown, actions } = panel;
  return html`<div class="rest-room">
      ${
        others.length > 0
          ? html`<button
              type="button"
              class="rest-button"
              part="rest"
              aria-expanded=${restShown}
              aria-controls="rest"
              @click=${actions.toggleRest}
            >
              ${icon('down', restShown ? 'up' : '')}${messages.rest(others.length)}
            </button>`
          : nothing
      }
      <span class="space"></span>
      ${undo(panel)}
    </div>
    <ol class="rows" id="rest" part="others" start=${panel.top + 1} ?hidden=${!restShown} aria-label=${messages.rest(others.length)}>
      ${restShown ? repeat(others, byFirstStageRank, (match) => caseRow(match, panel)) : nothing}
    </ol>`;
}

/** What brings back a case that was found not relevant. */
function undo({ messages, rejected, actions }: Panel): TemplateResult | typeof nothing {
  if (rejected === 0) return nothing;
  const words = messages.rejectedCount(rejected);
  return html`<span class="muted">${words}</span>
    <button
      type="button"
      class="act"
      part="undo"
      aria-label=${messages.actOn(messages.undo, words)}
      aria-keyshortcuts=${KEYS.undo}
      title=${`${messages.undo} (${KEYS.undo})`}
      @click=${actions.undo}
    >${icon('undo')}${messages.undo}</button>`;
}

function byFirstStageRank({ firstStageRank }: Match): number {
  return firstStageRank;
}
