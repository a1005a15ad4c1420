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
  const { messages, insights, insightsShown } = panel;
  const known = insights !== undefined && insights.cases.length > 0;
  const figures = known ? figuresOf(insights, panel) : [];
  return html`<section class="insights" part="insights" aria-label=${messages.insights}>
    <div class="figures">
      ${lineOf(figures, panel)}
      <span class="space"></span>
      ${known ? allButton(panel) : nothing}
    </div>
    ${opened(figures, panel)}
    ${known && insightsShown ? findings(insights, panel) : nothing}
  </section>`;
}

/** What there is to say first: why there are no numbers, or that they are of other words, or the numbers. */
function lineOf(figures: readonly Figure[], panel: LaterPanel): TemplateResult | readonly TemplateResult[] {
  const { messages, state, insights } = panel;
  if (state.phase === 'unranked' && !('error' in state)) return spared(panel);
  const widened = 'generalisation' in state ? state.generalisation : undefined;
  if (widened) {
    const words = secondRound(widened, state, messages);
    return html`<p class="second-round" part="second-round">${words}</p>`;
  }
  if (insights && insights.cases.length > 0) return figures.map((figure) => tile(figure, panel));
  return html`<p class="muted">${insights ? messages.nothingToCount : nothing}</p>`;
}

/** That the model was left out, and how to have it after all. */
function spared({ messages, actions }: LaterPanel): TemplateResult {
  return html`<p class="spared" part="spared">${messages.spared}</p>
    <button type="button" class="act" part="act turn-on" @click=${actions.refresh}>${messages.turnOn}</button>`;
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
