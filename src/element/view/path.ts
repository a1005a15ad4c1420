import { html, nothing, type TemplateResult } from 'lit';
import type { CasePath, Match, PathEvent } from '../../matching/index.ts';
import type { LaterMessages } from '../locales/later-messages.ts';
import { actsOf } from './acts.ts';
import { formatDate, formatDays, formatScore } from './format.ts';
import { icon, tierIcon } from './icons.ts';
import type { LaterPanel } from './model.ts';
import { markedField } from './why.ts';

/** The full path of one case: who did what when, from the report to the return visit. */
export function pathView(match: Match, path: CasePath, panel: LaterPanel): TemplateResult {
  const { messages, actions } = panel;
  return html`<article class="path" part="path" data-key=${match.firstStageRank} aria-labelledby="path-heading">
    <div class="path-head">
      <h3 id="path-heading" tabindex="-1">${path.title ?? messages.caseTitle(match.ticket.id)}</h3>
      ${
        match.score !== undefined && match.tier
          ? html`<span class="score ${match.tier}">${tierIcon(match.tier)} ${formatScore(match.score, messages)}</span>`
          : nothing
      }
      <button
        type="button"
        class="act"
        part="print"
        @click=${() => actions.print(match)}
      >${icon('print')}${messages.print}</button>
    </div>
    <p class="muted">${pathSummary(path, messages)}</p>
    <ol class="events">
      ${path.events.map((event) => eventItem(event, match, panel))}
    </ol>
    ${actsOf(match, panel)}
  </article>`;
}

/** Unit, days and limit in one line. */
export function pathSummary(path: CasePath, messages: LaterMessages): string {
  const { days, limitDays } = path;
  return [
    path.case.id,
    path.unit,
    days === undefined ? undefined : messages.days(formatDays(days, messages)),
    limitDays === undefined ? undefined : messages.limit(formatDays(limitDays, messages)),
  ]
    .filter(Boolean)
    .join(' · ');
}

/** What an event is called, and what the return visit said. */
export function eventWords(event: PathEvent, messages: LaterMessages): string {
  const { result } = event;
  if (event.kind !== 'return-visit') return messages.events[event.kind];
  const said = [
    result?.solved ? messages.solved[result.solved] : undefined,
    result?.satisfaction ? messages.satisfaction[result.satisfaction] : undefined,
  ].filter(Boolean);
  return [messages.events['return-visit'], ...said].join(' · ');
}

/** When: the date, and how many days after the report. */
export function eventTime({ at, elapsed, kind }: PathEvent, messages: LaterMessages): string {
  const day =
    kind === 'report' || elapsed === undefined ? '' : messages.dayNumber(formatDays(elapsed, messages));
  return [at ? formatDate(at, messages) : '', day].filter(Boolean).join(' · ');
}

function eventItem(event: PathEvent, match: Match, panel: LaterPanel): TemplateResult {
  const { messages } = panel;
  const text = event.kind === 'report' ? markedField(match, 'text', panel) : (event.text ?? '');
  const solved = event.kind === 'return-visit' ? event.result?.solved : undefined;
  return html`<li class="event">
    <p class="event-head">
      ${solved ? icon(solved) : nothing}<b>${event.kind === 'step' ? event.text : eventWords(event, messages)}</b>
      ${event.actor ? html`<span class="muted">${event.actor}</span>` : nothing}
      <span class="muted">${eventTime(event, messages)}</span>
    </p>
    ${event.kind !== 'step' && event.text ? html`<p class="event-text">${text}</p>` : nothing}
  </li>`;
}
