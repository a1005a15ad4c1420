import { html, nothing, type TemplateResult } from 'lit';
import type { CaseRef } from '../../matching/index.ts';
import { formatDate, formatDays, titleOf } from './format.ts';
import type { Panel } from './model.ts';

/** The cases behind a number, a line each; each leads to how that case was handled. */
export function caseLines(
  refs: readonly Pick<CaseRef, 'firstStageRank'>[],
  label: string,
  panel: Panel,
): TemplateResult {
  const { messages, actions } = panel;
  const wanted = new Set(refs.map(({ firstStageRank }) => firstStageRank));
  const matches = panel.known.filter(({ firstStageRank }) => wanted.has(firstStageRank));
  return html`<ul class="case-lines" part="case-lines" aria-label=${label}>
    ${matches.map((match) => {
      const { handling, createdAt } = match.ticket;
      return html`<li>
        <button type="button" @click=${() => actions.showPath(match)}>
          <span class="line-title">${titleOf(match)}</span>
          ${createdAt ? html`<span class="muted">${formatDate(createdAt, messages)}</span>` : nothing}
          ${
            handling?.days === undefined
              ? nothing
              : html`<span class="muted">${messages.days(formatDays(handling.days, messages))}</span>`
          }
        </button>
      </li>`;
    })}
  </ul>`;
}
