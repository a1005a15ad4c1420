import { html, nothing, type TemplateResult } from 'lit';
import type { Ticket } from '../../../tickets/ticket.ts';
import { disposalOf } from '../../view/format.ts';
import { commonParts } from '../common-terms.ts';
import type { CalibrationPair } from '../pairs.ts';
import type { CalibrationPanel } from './model.ts';

/**
 * Two texts beside each other, and what to say of them. The score is not shown: who knows it agrees with it.
 * Buttons that cannot be used now keep the focus: with the last pair judged, the keys must still work.
 */
export function judgingView(panel: CalibrationPanel): TemplateResult {
  const { messages, current, pairs, total, judged, canUndo, status, actions } = panel;
  const over = pairs.length > 0 ? messages.allJudged : status;
  return html`<section class="judging" part="judging" aria-labelledby="judging">
    <div class="section-head">
      <h3 id="judging">${messages.judging}</h3>
      ${total > 0 ? html`<span class="muted" part="count">${messages.progress(judged.length, total)}</span>` : nothing}
    </div>
    ${current ? pairView(current, panel) : html`<p class="empty">${over}</p>`}
    <div class="answers">
      <button type="button" class="answer" part="yes" aria-keyshortcuts="Y" aria-disabled=${!current} @click=${() => actions.judge(true)}>
        ${messages.yes}<kbd aria-hidden="true">Y</kbd>
      </button>
      <button type="button" class="answer" part="no" aria-keyshortcuts="N" aria-disabled=${!current} @click=${() => actions.judge(false)}>
        ${messages.no}<kbd aria-hidden="true">N</kbd>
      </button>
      <span class="room"></span>
      <button type="button" class="quiet" part="later" aria-keyshortcuts="S" aria-disabled=${!current} @click=${() => actions.putOff()}>
        ${messages.later}<kbd aria-hidden="true">S</kbd>
      </button>
      <button type="button" class="quiet" part="undo" aria-keyshortcuts="U" aria-disabled=${!canUndo} @click=${() => actions.undo()}>
        ${messages.undo}<kbd aria-hidden="true">U</kbd>
      </button>
    </div>
  </section>`;
}

function pairView({ ticket, past }: CalibrationPair, { messages }: CalibrationPanel): TemplateResult {
  return html`<p class="question">${messages.question}</p>
    <div class="pair">${sideView(messages.ticket, ticket, past)}${sideView(messages.past, past, ticket, messages.handled)}</div>
    <p class="legend muted"><mark>${messages.common}</mark></p>`;
}

/** It scrolls by itself, so it has to be reachable by keyboard. */
function sideView(label: string, ticket: Ticket, other: Ticket, handled = ''): TemplateResult {
  const handling = handled ? disposalOf(ticket) : '';
  const against = `${other.title ?? ''}\n${other.text}`;
  return html`<div class="side" part="side" role="group" tabindex="0" aria-label=${label}>
    <p class="side-label muted"><span>${label}</span><span>${ticket.id}</span></p>
    ${ticket.title ? html`<h4>${marked(ticket.title, against)}</h4>` : nothing}
    ${ticket.text === ticket.title ? nothing : html`<p class="side-text">${marked(ticket.text, against)}</p>`}
    ${handling ? html`<p class="side-handling"><span class="muted">${handled}</span> ${handling}</p>` : nothing}
  </div>`;
}

function marked(text: string, other: string): readonly (TemplateResult | string)[] {
  return commonParts(text, other).map(({ text: part, common }) =>
    common ? html`<mark>${part}</mark>` : part,
  );
}
