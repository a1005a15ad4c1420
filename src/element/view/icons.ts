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
  out: 'M5 2.5H2.5v7h7V7M7 2h3v3M10 2 5.5 6.5',
  down: 'M3 4.5 6 7.5 9 4.5',
  adopt: 'M6 1.5v6M3.5 5 6 7.5 8.5 5M2 10.5h8',
  copy: 'M4.5 4.5h5.5v6H4.5zM7.5 4.5v-3H2v6h2.5',
  link: 'M5 7 7 5M5.5 3.5 7 2a2.1 2.1 0 0 1 3 3L8.5 6.5M6.5 8.5 5 10a2.1 2.1 0 0 1-3-3l1.5-1.5',
  keys: 'M1 3h10v6.500H1zM3 5h.01M5 5h.01M7 5h.01M9 5h.01M3.500 7.500h5',
  tree: 'M6 1.500v3M2.500 7V5.500h7V7M2.500 10.500V9M9.500 10.500V9M1.500 7h2v2h-2zM8.500 7h2v2h-2z',
  back: 'M7.500 2.500 4 6l3.500 3.500',
  print: 'M3.500 4.500v-3h5v3M3.500 8.500h-2v-4h9v4h-2M3.500 7h5v3.500h-5z',
  rise: 'M2 9 6 4.500 7.500 6 10.500 2.500M7.500 2.500h3v3',
  fall: 'M2 3 6 7.500 7.500 6 10.500 9.500M7.500 9.500h3v-3',
  undo: 'M4.5 2 2 4.5 4.5 7M2 4.5h5a2.75 2.75 0 0 1 0 5.5H4.5',
  refresh: 'M10 2v3H7M9.8 5A4.2 4.2 0 1 0 10 7.5',
  phone: 'M3.5 1.5 5 4 3.9 5c.5 1.3 1.6 2.5 3 3.1L8 7l2.5 1.5L10 10.5C5.500 10.500 1.500 6.500 1.500 2z',
} as const;

export type IconName = keyof typeof PATHS;

export function icon(name: IconName, className = ''): TemplateResult {
  return html`<svg class="icon ${className}" viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
    <path d=${PATHS[name]} />
  </svg>`;
}
