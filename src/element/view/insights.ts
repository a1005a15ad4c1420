import { html, nothing, type TemplateResult } from 'lit';
import type { Generalisation, Insight, Insights, Rate } from '../../matching/index.ts';
import { KEYS } from '../keys.ts';
import type { LaterMessages } from '../locales/later-messages.ts';
import { type Figure, opened, trend } from './figures.ts';
import { findings } from './findings.ts';
import { formatDays } from './format.ts';
import { icon } from './icons.ts';
import type { LaterPanel, PanelState } from './model.ts';

/** The numbers over all similar cases, in one line of a fixed height; unfolded, all that is known. */
export function insightsView(panel: LaterPanel): TemplateResult {
  const { messages, state, insights, insightsShown } = panel;
  const known = insights !== undefined && insights.cases.length > 0;
  const figures = known ? figuresOf(insights, panel) : [];
  const widened = 'generalisation' in state ? state.generalisation : undefined;
  return html`<section class="insights" part="insights" aria-label=${messages.insights}>
    <div class="figures">
      ${
        widened
          ? html`<p class="second-round" part="second-round">${secondRound(widened, state, messages)}</p>`
          : known
            ? figures.map((figure) => tile(figure, panel))
            : html`<p class="muted">${insights ? messages.nothingToCount : nothing}</p>`
      }
      <span class="space"></span>
      ${known ? allButton(panel) : nothing}
    </div>
    ${opened(figures, panel)}
    ${known && insightsShown ? findings(insights, panel) : nothing}
  </section>`;
}

function allButton({ messages, insightsShown, actions }: LaterPanel): TemplateResult {
  const label = insightsShown ? messages.fewerInsights : messages.allInsights;
  return html`<button
    type="button"
    class="act tool"
    part="insights-button"
    aria-expanded=${insightsShown}
    aria-label=${label}
    aria-keyshortcuts=${KEYS.insights}
    title=${`${label} (${KEYS.insights})`}
    @click=${actions.toggleInsights}
  >${icon('down', insightsShown ? 'up' : '')}</button>`;
}

/** That a second round was made, with which wider words, and what it brought. */
function secondRound(
  { widenings, found }: Generalisation,
  { phase }: PanelState,
  messages: LaterMessages,
): string {
  const words = [...new Set(widenings.map(({ to }) => messages.quoted(to)))].join(messages.listComma);
  return phase === 'widening' ? messages.secondRoundBegun(words) : messages.secondRound(words, found);
}

/** The few that matter most while a ticket is handled. */
function figuresOf(
  { places, recent, days, solved, satisfaction }: Insights,
  panel: LaterPanel,
): readonly Figure[] {
  const { messages, narrow } = panel;
  const place = places[0];
  const lately = recent.find(({ days: period, cases }) => period >= 30 && cases.length > 0);
  return [
    ...(place
      ? [
          {
            key: 'place',
            value: messages.cases(place.cases.length),
            label: messages.samePlace(place.days),
            cases: place.cases,
            notable: true,
            cluster: place,
          },
        ]
      : []),
    ...(lately && !(place && narrow)
      ? [
          {
            key: 'recent',
            value: html`${messages.cases(lately.cases.length)}${trend(lately, messages)}`,
            label: messages.lastDays(lately.days),
            cases: lately.cases,
          },
        ]
      : []),
    ...(days.status === 'known'
      ? [
          {
            key: 'days',
            value: messages.daysShort(formatDays(days.median, messages)),
            label:
              days.limit === undefined
                ? messages.medianDays
                : messages.medianOf(formatDays(days.limit, messages)),
            cases: days.cases,
          },
        ]
      : []),
    ...rate('solved', messages.solvedRate, solved),
    ...rate('satisfied', messages.satisfiedRate, satisfaction),
  ];
}

function rate(key: string, label: string, insight: Insight<Rate>): readonly Figure[] {
  if (insight.status !== 'known') return [];
  return [{ key, value: `${insight.part.length}/${insight.cases.length}`, label, cases: insight.part }];
}

function tile({ key, value, label, cases, notable }: Figure, panel: LaterPanel): TemplateResult {
  const { figure, actions } = panel;
  return html`<button
    type="button"
    class="figure ${notable ? 'notable' : ''}"
    part="figure"
    aria-expanded=${figure === key}
    ?disabled=${cases.length === 0}
    @click=${() => actions.showFigure(key)}
  ><b>${value}</b><span>${label}</span></button>`;
}
