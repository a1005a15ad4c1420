import { html, type SVGTemplateResult, svg, type TemplateResult } from 'lit';
import type { Tier } from '../../matching/index.ts';

const FILLED: Readonly<Record<Tier, number>> = { high: 3, medium: 2, low: 1 };

/** Three bars, as many of them filled as the tier is worth. */
export function tierIcon(tier: Tier): TemplateResult {
  return html`<svg class="bars" viewBox="0 0 11 10" width="11" height="10" aria-hidden="true">
    ${[0, 1, 2].map((bar) => barOf(bar, bar < FILLED[tier]))}
  </svg>`;
}

function barOf(bar: number, filled: boolean): SVGTemplateResult {
  return svg`<rect x=${bar * 4} y=${6 - bar * 3} width="3" height=${4 + bar * 3} rx="0.5"
    class=${filled ? 'filled' : 'hollow'} />`;
}

const PATHS = {
  yes: 'M2 6.2 4.8 9 10 3',
  partly: 'M2 6h8',
  no: 'M3 3l6 6M9 3l-6 6',
  open: 'M5 2.5H2.5v7h7V7M7 2h3v3M10 2 5.5 6.5',
  down: 'M3 4.5 6 7.5 9 4.5',
} as const;

export function icon(name: keyof typeof PATHS, className = ''): TemplateResult {
  return html`<svg class="icon ${className}" viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
    <path d=${PATHS[name]} />
  </svg>`;
}
