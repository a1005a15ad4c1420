import { html, nothing, type TemplateResult } from 'lit';
import type { CaseRef, Insight, Insights, PlaceCluster, Rate } from '../../matching/index.ts';
import type { LaterMessages } from '../locales/later-messages.ts';
import { type Figure, opened, trend } from './figures.ts';
import { formatDays } from './format.ts';
import type { LaterPanel } from './model.ts';
import { proposeButton } from './propose.ts';

/** A line of all that is known: words, and numbers to open. */
interface Finding {
  readonly words: string;
  readonly figures: readonly Figure[];
  readonly hint?: string | TemplateResult | typeof nothing;
  readonly cluster?: PlaceCluster;
}

/** All that is known over the similar cases, a line for each finding. */
export function findings(insights: Insights, panel: LaterPanel): TemplateResult {
  return html`<div class="findings" part="findings">
    ${findingsOf(insights, panel.messages).map(
      ({ words, figures, hint, cluster }) => html`<div class="finding">
        <p><span class="finding-words">${words}</span>${figures.map((figure) => numberOf(words, figure, panel))}${
          hint ? html`<span class="muted">${hint}</span>` : nothing
        }${cluster ? proposeButton(cluster, words, panel) : nothing}</p>
        ${opened(figures, panel)}
      </div>`,
    )}
  </div>`;
}

/** A number has its line's words in its name, for who hears nothing but the number. */
function numberOf(
  words: string,
  { key, value, label, cases }: Figure,
  { figure, actions }: LaterPanel,
): TemplateResult {
  return html`<button
    type="button"
    class="number"
    part="figure"
    aria-expanded=${figure === key}
    title=${label}
    ?disabled=${cases.length === 0}
    @click=${() => actions.showFigure(key)}
  ><span class="unseen">${words} </span>${value}</button>`;
}

function findingsOf(insights: Insights, messages: LaterMessages): readonly Finding[] {
  const { recent, places, fastestUnit, days, inTime, satisfaction, solved, materials } = insights;
  return [
    ...recent.map(
      (one): Finding => ({
        words: messages.lastDays(one.days),
        figures: [counted(`all.recent.${one.days}`, messages.lastDays(one.days), one.cases, messages)],
        hint: html`${messages.before(one.before.length)}${trend(one, messages)}`,
      }),
    ),
    ...places.map(
      (place, index): Finding => ({
        words: placeWords(place, messages),
        figures: [counted(`all.place.${index}`, placeWords(place, messages), place.cases, messages)],
        ...(place.days === 7 ? { hint: messages.beforeTheyComplain } : {}),
        cluster: place,
      }),
    ),
    known(messages.medianDays, days, messages, ({ median, least, most, limit, cases }) => ({
      figures: [
        {
          key: 'all.days',
          value: messages.days(formatDays(median, messages)),
          label: messages.medianDays,
          cases,
        },
      ],
      hint: [
        messages.daysBetween(formatDays(least, messages), formatDays(most, messages)),
        ...(limit === undefined ? [] : [messages.limitOfTicket(formatDays(limit, messages))]),
      ].join(' · '),
    })),
    known(messages.inTimeRate, inTime, messages, (one) =>
      share('all.in-time', messages.inTimeRate, one, messages),
    ),
    known(messages.solvedRate, solved, messages, (one) =>
      share('all.solved', messages.solvedRate, one, messages),
    ),
    known(messages.satisfiedRate, satisfaction, messages, (one) =>
      share('all.satisfied', messages.satisfiedRate, one, messages),
    ),
    known(messages.fastestUnit, fastestUnit, messages, ({ unit, medianDays, units, cases }) => ({
      figures: [{ key: 'all.unit', value: unit, label: messages.fastestUnit, cases }],
      hint: `${messages.days(formatDays(medianDays, messages))} · ${messages.ofUnits(units)}`,
    })),
    ...materials.map(
      (material, index): Finding => ({
        words: messages.material(material.name),
        figures: (['waivable', 'later', 'required'] as const)
          .filter((need) => material[need].length > 0)
          .map(
            (need): Figure => ({
              key: `all.material.${index}.${need}`,
              value: messages.materialNeed[need](material[need].length),
              label: messages.materialNeed[need](material[need].length),
              cases: material[need],
            }),
          ),
      }),
    ),
  ];
}

function counted(key: string, label: string, cases: readonly CaseRef[], messages: LaterMessages): Figure {
  return {
    key,
    value: messages.cases(cases.length),
    label: `${label} ${messages.cases(cases.length)}`,
    cases,
  };
}

function placeWords({ place, days, ofTicket }: PlaceCluster, messages: LaterMessages): string {
  return `${ofTicket ? messages.samePlace(days) : messages.atPlace(place, days)}`;
}

/** A share by its parts: how many, of how many, both to be opened. */
function share(
  key: string,
  label: string,
  { part, cases, rate: value }: Rate & { readonly cases: readonly CaseRef[] },
  messages: LaterMessages,
): Omit<Finding, 'words'> {
  const percent = new Intl.NumberFormat(messages.language, { style: 'percent' }).format(value);
  return {
    figures: [
      {
        key,
        value: messages.cases(part.length),
        label: `${label} ${messages.cases(part.length)}`,
        cases: part,
      },
      {
        key: `${key}.of`,
        value: messages.ofCases(cases.length),
        label: messages.ofCases(cases.length),
        cases,
      },
    ],
    hint: percent,
  };
}

function known<T>(
  words: string,
  insight: Insight<T>,
  messages: LaterMessages,
  draw: (known: T & { readonly cases: readonly CaseRef[] }) => Omit<Finding, 'words'>,
): Finding {
  if (insight.status === 'known') return { words, ...draw(insight) };
  return { words, figures: [], hint: messages.tooFew(insight.cases.length, insight.minimum) };
}
