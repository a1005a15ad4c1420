import { html, nothing, type TemplateResult } from 'lit';
import { atThreshold, type Proportion } from '../../../matching/index.ts';
import { curveView } from './curve.ts';
import type { CalibrationPanel } from './model.ts';

const TIERS = ['high', 'medium'] as const;

/** What the thresholds do to the judged pairs, as a curve and in numbers, and the sliders that move them. */
export function thresholdsView(panel: CalibrationPanel): TemplateResult {
  const { messages, judged, thresholdsMoved, actions } = panel;
  const rate = (name: 'precision' | 'coverage') => (threshold: number) =>
    proportionView(atThreshold(judged, threshold)[name], panel);
  return html`<section class="thresholds" part="thresholds" aria-labelledby="thresholds">
    <div class="section-head">
      <h3 id="thresholds">${messages.thresholds}</h3>
      <button type="button" class="quiet" part="reset" aria-disabled=${!thresholdsMoved} @click=${() => actions.reset()}>
        ${messages.resetThresholds}
      </button>
    </div>
    ${curveView(panel)} ${TIERS.map((tier) => sliderView(tier, panel))}
    <table class="figures" part="figures">
      <thead>
        <tr>
          <td></td>
          ${TIERS.map((tier) => html`<th scope="col">${messages.tiers[tier]}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rowView(messages.precision, messages.precisionHint, panel, rate('precision'))}
        ${rowView(messages.coverage, messages.coverageHint, panel, rate('coverage'))}
        ${rowView(messages.reached, messages.reachedHint, panel, (threshold) => reachedView(threshold, panel))}
      </tbody>
    </table>
    <p class="hint muted">${messages.sampleHint}</p>
    ${filesView(panel)}
  </section>`;
}

function sliderView(
  tier: (typeof TIERS)[number],
  { messages, thresholds, actions }: CalibrationPanel,
): TemplateResult {
  const value = thresholds[tier];
  return html`<label class="slider ${tier}">
    <span>${messages.tiers[tier]}</span>
    <input
      type="range"
      part="slider ${tier}"
      min="0"
      max="1"
      step="0.01"
      aria-label="${messages.tiers[tier]} · ${messages.threshold}"
      .value=${String(value)}
      @input=${(event: Event) => actions.move(tier, Number((event.target as HTMLInputElement).value))}
    />
    <output class="slider-value">≥ ${value.toFixed(2)}</output>
  </label>`;
}

function rowView(
  label: string,
  hint: string,
  { thresholds }: CalibrationPanel,
  cell: (threshold: number) => TemplateResult,
): TemplateResult {
  return html`<tr>
    <th scope="row">${label}<span class="small">${hint}</span></th>
    ${TIERS.map((tier) => html`<td>${cell(thresholds[tier])}</td>`)}
  </tr>`;
}

function proportionView(
  { part, of, rate, low, high }: Proportion,
  { messages }: CalibrationPanel,
): TemplateResult {
  if (rate === undefined) return html`<span class="muted">${messages.none}</span>`;
  return html`<b>${percent(rate)}</b> <span class="muted">${messages.of(part, of)}</span>
    <span class="small">${messages.interval(percent(low), percent(high))}</span>`;
}

function reachedView(threshold: number, { pairs, messages }: CalibrationPanel): TemplateResult {
  const tickets = new Set(pairs.map(({ ticket }) => ticket));
  const reached = new Set(pairs.filter(({ score }) => score >= threshold).map(({ ticket }) => ticket));
  if (tickets.size === 0) return html`<span class="muted">${messages.none}</span>`;
  return html`<b>${percent(reached.size / tickets.size)}</b>
    <span class="muted">${messages.of(reached.size, tickets.size)}</span>`;
}

function filesView({ messages, judged, modelKnown, fileNote, actions }: CalibrationPanel): TemplateResult {
  const choose = (event: Event) => {
    const input = event.target as HTMLInputElement;
    const file = input.files?.[0];
    if (file) actions.import(file);
    // So that the same file can be chosen again.
    input.value = '';
  };
  const disabled = judged.length === 0 || !modelKnown;
  return html`<div class="files">
      <button type="button" class="primary" part="export" ?disabled=${disabled} @click=${() => actions.export()}>
        ${messages.export}
      </button>
      <label class="quiet file">
        <span>${messages.import}</span><input type="file" accept="application/json,.json" @change=${choose} />
      </label>
      <span class="note" role="status" part="note">${fileNote}</span>
    </div>
    ${judged.length > 0 && !modelKnown ? html`<p class="hint muted">${messages.noModelName}</p>` : nothing}
    <p class="hint muted">${messages.kept}</p>`;
}

function percent(rate: number): string {
  return `${Math.round(rate * 100)}%`;
}
