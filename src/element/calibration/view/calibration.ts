import { html, nothing, type TemplateResult } from 'lit';
import { judgingView } from './judging.ts';
import type { CalibrationPanel } from './model.ts';
import { thresholdsView } from './thresholds.ts';

/** The whole view: what is going on, pairs to judge, and what follows from them. */
export function calibrationView(panel: CalibrationPanel): TemplateResult {
  const { messages, status, problem, announcement, actions } = panel;
  return html`<section class="panel" part="panel" lang=${messages.language} aria-labelledby="heading">
    <h2 id="heading" part="heading">${messages.heading}</h2>
    <p class="intro muted">${messages.intro}</p>
    <p class="status muted" part="status">${status}</p>
    ${
      problem
        ? html`<div class="notice" part="notice" role="alert">
            <span>${problem}</span>
            <button type="button" class="quiet" part="retry" @click=${() => actions.retry()}>${messages.retry}</button>
          </div>`
        : nothing
    }
    <div class="columns">${judgingView(panel)}${thresholdsView(panel)}</div>
    <p class="unseen" role="status">${announcement}</p>
  </section>`;
}
