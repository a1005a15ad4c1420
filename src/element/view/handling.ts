import { html, nothing, type TemplateResult } from 'lit';
import type { Match } from '../../matching/index.ts';
import type { Handling } from '../../tickets/ticket.ts';
import { KEYS } from '../keys.ts';
import type { Messages } from '../locales/index.ts';
import { formatDate, formatDays, oneLine, pathOf, titleOf } from './format.ts';
import { icon } from './icons.ts';
import type { Panel } from './model.ts';

/** How a case was handled, in the few lines of a card: by whom, how long, with what result; then what was done. */
export function handlingSummary({ ticket, tier }: Match, { messages }: Panel): TemplateResult {
  const { handling } = ticket;
  const label = (tier === 'high' ? messages.reference : messages.caseId)(ticket.id);
  const told = pathOf(handling).join(' → ') || oneLine(handling?.reply?.trim() ?? '');
  return html`<div class="summary">
    ${handling ? html`<p class="facts" part="facts">${facts(handling, ticket.limitDays, messages)}</p>` : nothing}
    <p class="disposal" part="disposal">
      <span class="reference" part="id">${label}</span
      >${told || html`<span class="muted">${handling ? messages.noSteps : messages.notHandled}</span>`}
    </p>
  </div>`;
}

/** The same in full: every step, the whole reply. */
export function handlingDetail(match: Match, { messages, actions }: Panel): TemplateResult {
  const { id, handling, limitDays } = match.ticket;
  const reference = html`<p class="reference" part="id">${messages.caseId(id).replace(/[：:]\s*$/, '')}</p>`;
  if (!handling) return html`${reference}<p class="muted">${messages.notHandled}</p>`;
  const reply = handling.reply?.trim();
  const steps = handling.steps ?? [];
  return html`
    <p class="facts" part="facts">${facts(handling, limitDays, messages)}</p>
    ${reference}
    ${
      steps.length > 0
        ? html`<ol class="steps" part="steps" aria-label=${messages.steps}>
            ${steps.map(
              ({ at, actor, action }) => html`<li>
                <span class="muted">${at ? `${formatDate(at, messages)} ` : ''}${actor ?? ''}</span>
                <span class="action">${action}</span>
              </li>`,
            )}
          </ol>`
        : nothing
    }
    ${reply ? html`<p class="reply full" part="reply"><span class="label">${messages.reply}</span>${reply}</p>` : nothing}
    <button
      type="button"
      class="act whole-path"
      part="path-button"
      aria-label=${messages.actOn(messages.path, titleOf(match))}
      aria-keyshortcuts=${KEYS.path}
      title=${`${messages.path} (${KEYS.path})`}
      @click=${() => actions.showPath(match)}
    >${icon('tree')}${messages.path}</button>
    ${handling.contact ? contact(handling.contact, () => actions.contact(match), messages) : nothing}
  `;
}

/** A number is called, an address written to; anything else is read. */
function contact(words: string, tell: () => void, messages: Messages): TemplateResult {
  const href = contactLink(words);
  return html`<p class="contact" part="contact"><span class="label">${messages.contact}</span>${
    href ? html`<a href=${href} @click=${tell}>${icon('phone')}${words}</a>` : words
  }</p>`;
}

/** `tel:` or `mailto:` for what is nothing but a number or an address. */
export function contactLink(words: string): string | undefined {
  const trimmed = words.trim();
  if (/^\+?[\d\s()-]{3,24}$/.test(trimmed)) return `tel:${trimmed.replace(/[^\d+]/g, '')}`;
  return /^[^\s@?&<>"']+@[^\s@?&<>"']+$/.test(trimmed) ? `mailto:${trimmed}` : undefined;
}

function facts(handling: Handling, limitDays: number | undefined, messages: Messages): TemplateResult {
  const { unit, days, solved, satisfaction } = handling;
  return html`${unit ? html`<b class="fact" part="unit">${unit}</b>` : nothing}
  ${days === undefined ? nothing : duration(days, limitDays, messages)}
  ${solved ? html`<span class="fact ${solved}">${icon(solved)}${messages.solved[solved]}</span>` : nothing}
  ${
    satisfaction
      ? html`<span class=${satisfaction === 'dissatisfied' ? 'fact no' : 'fact'}
          >${messages.satisfaction[satisfaction]}</span>`
      : nothing
  }`;
}

function duration(days: number, limit: number | undefined, messages: Messages): TemplateResult {
  const taken = formatDays(days, messages);
  if (limit === undefined) return html`<span class="fact">${messages.days(taken)}</span>`;
  return days > limit
    ? html`<span class="fact partly">${messages.daysLate(taken, formatDays(days - limit, messages))}</span>`
    : html`<span class="fact">${messages.daysOf(taken, formatDays(limit, messages))}</span>`;
}
