import { html, nothing, type TemplateResult } from 'lit';
import type { FoldedMatch, Match } from '../../matching/index.ts';
import type { Ticket } from '../../tickets/ticket.ts';
import { actsOf } from './acts.ts';
import { formatDate, formatScore, reportOf, titleOf } from './format.ts';
import { handlingDetail, handlingSummary } from './handling.ts';
import { icon, tierIcon } from './icons.ts';
import type { Panel } from './model.ts';
import { excerpt, markedField, whyLine } from './why.ts';

/** One of the best cases, as a card of a fixed height until someone unfolds it. */
export function caseCard({ match, folded }: FoldedMatch, panel: Panel): TemplateResult {
  const { ticket, tier } = match;
  const whole = panel.expanded.has(match.firstStageRank);
  const key = `case-${match.firstStageRank}`;
  const report = reportOf(ticket);
  return html`<li data-key=${match.firstStageRank}>
    <article
      class="card ${tier ?? 'unscored'} ${whole ? 'whole' : ''} ${report ? '' : 'untitled'}"
      part="card"
      tabindex="-1"
      aria-labelledby=${key}
      aria-keyshortcuts=${match.rank <= 9 ? match.rank : nothing}
    >
      <div class="lead">
        <h3 class="title" id=${key} part="title"><span class="rank" part="rank">${match.rank}</span><span>${ticket.title?.trim() ? markedField(match, 'title', panel) : excerpt(match, panel)}</span></h3>
        <p class="meta" part="meta">${meta(ticket, panel)}${duplicates(match, folded, panel)}</p>
        ${scoreOf(match, panel)}
        ${report ? html`<p class="excerpt" part="excerpt">${excerpt(match, panel)}</p>` : nothing}
      </div>
      <slot name="case-${ticket.id}">
        ${whyLine(match, panel, whole)}
        <div class="handling" part="handling" id="${key}-handling">
          ${whole ? handlingDetail(match, panel) : handlingSummary(match, panel)}
        </div>
        ${whole ? wholeReport(match, panel) : nothing}
      </slot>
      ${duplicateList(match, folded, panel)}
      ${actsOf(match, panel)}
    </article>
  </li>`;
}

/** A case as one line, which unfolds to all that the card says. */
export function caseRow({ match, folded }: FoldedMatch, panel: Panel): TemplateResult {
  const { expanded, actions } = panel;
  const whole = expanded.has(match.firstStageRank);
  const key = `case-${match.firstStageRank}`;
  const title = titleOf(match);
  return html`<li data-key=${match.firstStageRank}>
    <article class="row ${match.tier ?? 'unscored'}" part="row">
      <h3 class="row-heading">
        <button
          type="button"
          class="row-button"
          aria-expanded=${whole}
          aria-controls="${key}-detail"
          @click=${() => actions.toggle(match)}
        >
          <span class="rank">${match.rank}</span>
          <span class="row-title" part="row-title" title=${whole ? nothing : title}>${title}</span>
          ${folded.length > 0 ? html`<span class="muted">×${folded.length + 1}</span>` : nothing}
          ${scoreOf(match, panel)}
        </button>
      </h3>
      <div class="row-detail" id="${key}-detail" ?hidden=${!whole}>${whole ? rowDetail(match, folded, panel) : nothing}</div>
    </article>
  </li>`;
}

function rowDetail(match: Match, folded: readonly Match[], panel: Panel): TemplateResult {
  return html`
    <p class="meta" part="meta">${meta(match.ticket, panel)}${duplicates(match, folded, panel)}</p>
    ${whyLine(match, panel, true)}
    <div class="handling" part="handling" id="case-${match.firstStageRank}-handling">${handlingDetail(match, panel)}</div>
    ${wholeReport(match, panel)}
    ${duplicateList(match, folded, panel)}
    ${actsOf(match, panel, true)}
  `;
}

function scoreOf(match: Match, { messages }: Panel): TemplateResult | typeof nothing {
  if (match.score === undefined || match.tier === undefined) return nothing;
  const value = formatScore(match.score, messages);
  return html`<span class="score" part="score" title=${messages.score(value)}>
    <span class="value">${value}</span>
    <span class="tier" part="tier ${match.tier}">${tierIcon(match.tier)}<span class="tier-word">${messages.tiers[match.tier]}</span></span>
  </span>`;
}

/** What was reported, in full, below how it was handled: unfolding a card moves nothing above the hand. */
function wholeReport(match: Match, panel: Panel): TemplateResult {
  const { messages } = panel;
  const report = reportOf(match.ticket);
  return html`${
    report
      ? html`<p class="report" part="report"><span class="label">${messages.report}</span>${markedField(match, 'text', panel)}</p>`
      : nothing
  }
  ${match.stage === 'passage' ? html`<p class="muted">${messages.passageOnly}</p>` : nothing}
  ${match.truncated && match.stage !== 'passage' ? html`<p class="muted">${messages.truncated}</p>` : nothing}`;
}

/** The narrowest category, the place, the date: the whole path of the category is in its tooltip. */
function meta({ category, place, createdAt }: Ticket, { messages }: Panel): TemplateResult {
  const narrowest = category?.[category.length - 1];
  const date = createdAt ? formatDate(createdAt, messages) : '';
  return html`${narrowest ? html`<span class="fact" title=${category?.join(' / ') ?? ''}>${narrowest}</span>` : nothing}
  ${place ? html`<span class="fact place" title=${place}>${place}</span>` : nothing}
  ${date ? html`<time class="fact" datetime=${createdAt ?? nothing}>${date}</time>` : nothing}`;
}

/** How many say the same, and the way to them. */
function duplicates(match: Match, folded: readonly Match[], panel: Panel): TemplateResult | typeof nothing {
  const { messages, unfolded, actions } = panel;
  if (folded.length === 0) return nothing;
  const shown = unfolded.has(match.firstStageRank);
  return html`<button
    type="button"
    class="same"
    part="duplicates"
    aria-expanded=${shown}
    aria-label=${messages.actOn(messages.duplicates(folded.length), titleOf(match))}
    @click=${() => actions.toggleDuplicates(match)}
  >${messages.duplicates(folded.length)}${icon('down', shown ? 'up' : '')}</button>`;
}

function duplicateList(
  match: Match,
  folded: readonly Match[],
  panel: Panel,
): TemplateResult | typeof nothing {
  if (folded.length === 0 || !panel.unfolded.has(match.firstStageRank)) return nothing;
  return panel.deeper?.caseLines(folded, panel.messages.duplicates(folded.length), panel) ?? nothing;
}
