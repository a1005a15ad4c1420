import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { FoldedMatch } from '../../matching/index.ts';
import { KEYS } from '../keys.ts';
import { caseCard, caseRow } from './case.ts';
import { icon } from './icons.ts';
import type { Panel } from './model.ts';
import { noticeBox } from './notice.ts';

/** As many places as there will be cards: the list before them fills the same room. */
function slots(count: number, { top }: Panel): string {
  return `--_slots: ${Math.max(1, Math.min(count, top))}`;
}

/** The places of the cards to come. */
export function skeleton(panel: Panel): TemplateResult {
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
export function candidateList(panel: Panel): TemplateResult {
  const { hold, letGo } = holding(panel);
  return html`<div
      class="room waiting"
      part="candidates"
      .style=${slots(panel.cases.length, panel)}
      @pointerenter=${hold}
      @pointerleave=${letGo}
      @focusin=${hold}
      @focusout=${letGo}
    >
      <ol class="rows" aria-labelledby="heading">
        ${repeat(panel.cases, byFirstStageRank, (one) => caseRow(one, panel))}
      </ol>
    </div>
    <div class="rest-room"></div>`;
}

/** The best as cards, and all others behind one button. */
export function caseList(panel: Panel): TemplateResult {
  const { messages, cases, rejected, actions } = panel;
  if (cases.length > 0) return html`${cards(panel)}${rest(panel)}`;
  const act = { label: messages.undo, run: actions.undo, part: 'undo' };
  return noticeBox({ title: messages.allRejected, words: messages.rejectedCount(rejected), act }, 'quiet');
}

function cards(panel: Panel): TemplateResult {
  const { hold, letGo } = holding(panel);
  return html`<ol
    class="room cards"
    part="cases"
    .style=${slots(panel.cases.length, panel)}
    aria-labelledby="heading"
    @pointerenter=${hold}
    @pointerleave=${letGo}
    @focusin=${hold}
    @focusout=${letGo}
  >
    ${repeat(panel.cases.slice(0, panel.top), byFirstStageRank, (one) => caseCard(one, panel))}
  </ol>`;
}

function rest(panel: Panel): TemplateResult {
  const { messages, restShown, top, actions } = panel;
  const others = panel.cases.slice(top);
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
    <ol class="rows" id="rest" part="others" start=${top + 1} ?hidden=${!restShown} aria-label=${messages.rest(others.length)}>
      ${restShown ? repeat(others, byFirstStageRank, (one) => caseRow(one, panel)) : nothing}
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
    >${icon('undo', 'mirrored')}${messages.undo}</button>`;
}

function byFirstStageRank({ match }: FoldedMatch): number {
  return match.firstStageRank;
}
