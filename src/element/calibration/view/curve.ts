import { html, nothing, type SVGTemplateResult, svg, type TemplateResult } from 'lit';
import { type CalibrationPoint, calibrationCurve } from '../../../matching/index.ts';
import type { CalibrationPanel } from './model.ts';

const WIDTH = 480;
const HEIGHT = 200;
/** Room for numbers at the axes. */
const EDGE = { left: 40, right: 12, top: 12, bottom: 22 };
const TICKS = [0, 0.25, 0.5, 0.75, 1];

/**
 * Precision with its interval, and coverage, over the threshold; both thresholds as lines; every judged pair as a small
 * mark, above if it helps, below if not. The table beside it says the same in numbers.
 */
export function curveView({ messages, judged, thresholds }: CalibrationPanel): TemplateResult {
  if (judged.length === 0) return html`<p class="empty">${messages.curveEmpty}</p>`;
  const curve = calibrationCurve(judged);
  return html`<svg class="curve" part="curve" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label=${messages.curve(curve.length)}>
      ${TICKS.map(tickView)}
      <path class="band" d=${bandPath(curve)} />
      <path class="coverage-line" d=${stepPath(curve, ({ coverage }) => coverage.rate)} />
      <path class="precision-line" d=${stepPath(curve, ({ precision }) => precision.rate)} />
      ${judged.map(({ score, relevant }) => markView(score, relevant))}
      ${(['high', 'medium'] as const).map(
        (tier) =>
          svg`<path class="threshold ${tier}" d="M${x(thresholds[tier])},${EDGE.top}V${HEIGHT - EDGE.bottom}" />`,
      )}
    </svg>
    <ul class="curve-legend muted">
      <li><i class="key precision-key"></i>${messages.precision}</li>
      <li><i class="key coverage-key"></i>${messages.coverage}</li>
      <li><i class="key high-key"></i>${messages.tiers.high}</li>
      <li><i class="key medium-key"></i>${messages.tiers.medium}</li>
    </ul>`;
}

function tickView(value: number): SVGTemplateResult {
  return svg`<path class="grid" d="M${EDGE.left},${y(value)}H${WIDTH - EDGE.right}" />
    <text class="axis" x=${EDGE.left - 6} y=${y(value) + 4} text-anchor="end">${Math.round(value * 100)}%</text>
    ${value === 0 ? nothing : svg`<path class="grid" d="M${x(value)},${EDGE.top}V${HEIGHT - EDGE.bottom}" />`}
    <text class="axis" x=${x(value)} y=${HEIGHT - 6} text-anchor="middle">${value}</text>`;
}

function markView(score: number, relevant: boolean): SVGTemplateResult {
  const top = (relevant ? EDGE.top : HEIGHT - EDGE.bottom) - 3;
  return svg`<path class=${relevant ? 'mark-yes' : 'mark-no'} d="M${x(score)},${top}v6" />`;
}

/** A point's value holds from the score before it, without that, up to its own. */
function stepPath(
  curve: readonly CalibrationPoint[],
  rateOf: (point: CalibrationPoint) => number | undefined,
): string {
  let path = '';
  let from = x(0);
  for (const point of curve) {
    const value = rateOf(point);
    if (value !== undefined) path += `${path === '' ? `M${from},` : 'V'}${y(value)}H${x(point.threshold)}`;
    from = x(point.threshold);
  }
  return path;
}

function bandPath(curve: readonly CalibrationPoint[]): string {
  const edge = (side: 'low' | 'high') =>
    curve.flatMap((point, index) => {
      const height = y(point.precision[side]);
      return [`${x(curve[index - 1]?.threshold ?? 0)},${height}`, `${x(point.threshold)},${height}`];
    });
  return `M${[...edge('high'), ...edge('low').reverse()].join('L')}Z`;
}

function x(score: number): number {
  return rounded(EDGE.left + score * (WIDTH - EDGE.left - EDGE.right));
}

function y(rate: number): number {
  return rounded(HEIGHT - EDGE.bottom - rate * (HEIGHT - EDGE.top - EDGE.bottom));
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
