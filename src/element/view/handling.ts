import { html, nothing, type TemplateResult } from 'lit';
import type { Handling, Ticket } from '../../tickets/ticket.ts';
import type { Messages } from '../locales/index.ts';
import { formatDate, formatDays, oneLine } from './format.ts';
import { icon } from './icons.ts';

/** How a case was handled, in the few lines of a card. */
export function handlingSummary(ticket: Ticket, messages: Messages): TemplateResult {
  const { handling } = ticket;
  if (!handling) return html`<div class="summary muted">${messages.notHandled}</div>`;
  const told = handling.reply?.trim() || (handling.steps ?? []).map(({ action }) => action).join(' → ');
  const label = handling.reply?.trim() ? messages.reply : messages.steps;
  return html`<div class="summary">
    <p class="facts" part="facts">${facts(handling, ticket.limitDays, messages)}</p>
    ${told ? html`<p class="reply" part="reply"><span class="label">${label}</span>${oneLine(told)}</p>` : nothing}
  </div>`;
}

/** The same in full: every step, the whole reply. */
export function handlingDetail(ticket: Ticket, messages: Messages): TemplateResult {
  const { handling } = ticket;
  if (!handling) return html`<p class="muted">${messages.notHandled}</p>`;
  const reply = handling.reply?.trim();
  const steps = handling.steps ?? [];
  return html`
    <p class="facts" part="facts">${facts(handling, ticket.limitDays, messages)}</p>
    ${
      steps.length > 0
        ? html`<ol class="steps" part="steps" aria-label=${messages.steps}>
            ${steps.map(
              ({ at, actor, action }) => html`<li>
                <span class="muted">${at ? `${formatDate(at)} ` : ''}${actor ?? ''}</span>
                <span class="action">${action}</span>
              </li>`,
            )}
          </ol>`
        : nothing
    }
    ${reply ? html`<p class="reply full" part="reply"><span class="label">${messages.reply}</span>${reply}</p>` : nothing}
  `;
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
  const taken = formatDays(days);
  if (limit === undefined) return html`<span class="fact">${messages.days(taken)}</span>`;
  return days > limit
    ? html`<span class="fact partly">${messages.daysLate(taken, formatDays(days - limit))}</span>`
    : html`<span class="fact">${messages.daysOf(taken, formatDays(limit))}</span>`;
}
