import { html, nothing, type TemplateResult } from 'lit';
import type { CaseRef, PlaceCluster, RecentCases } from '../../matching/index.ts';
import type { LaterMessages } from '../locales/later-messages.ts';
import { caseLines } from './case-lines.ts';
import { icon } from './icons.ts';
import type { LaterPanel } from './model.ts';
import { proposeButton } from './propose.ts';

/** A number that opens the cases behind it. */
export interface Figure {
  /** Unique in the panel. */
  readonly key: string;
  readonly value: string | TemplateResult;
  readonly label: string;
  readonly cases: readonly CaseRef[];
  /** What deserves a second look. */
  readonly notable?: boolean;
  /** Where the cases are of one place, and may be one issue. */
  readonly cluster?: PlaceCluster;
}

/** The cases behind the number that is open, if it is one of these. */
export function opened(figures: readonly Figure[], panel: LaterPanel): TemplateResult | typeof nothing {
  const figure = figures.find(({ key }) => key === panel.figure);
  if (!figure) return nothing;
  const { cases, label, cluster } = figure;
  const lines = caseLines(cases, label, panel);
  return cluster ? html`${lines}<p class="proposal">${proposeButton(cluster, label, panel)}</p>` : lines;
}

/** An arrow where there are clearly more or fewer of late; nothing where that may be chance. */
export function trend(
  { trend: change }: RecentCases,
  messages: LaterMessages,
): TemplateResult | typeof nothing {
  if (change.status !== 'known' || change.direction === 'level') return nothing;
  return html`<span class="trend ${change.direction}" title=${messages.trend[change.direction]}>${icon(
    change.direction === 'rising' ? 'rise' : 'fall',
  )}<span class="unseen">${messages.trend[change.direction]}</span></span>`;
}
