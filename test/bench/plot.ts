import type { CostCurve } from './cost.ts';
import type { Results } from './measure.ts';

const PANEL = { width: 420, height: 300, left: 64, top: 40, right: 16, bottom: 52 };
const TICKS = 5;

interface Panel {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly curves: readonly CostCurve[];
}

/** Points and their lines of least squares, side by side, as an SVG that can be read on light and on dark. */
export function plot({ candidates, length }: Pick<Results, 'candidates' | 'length'>): string {
  const panels: Panel[] = [
    { title: 'Time against candidates', xLabel: 'candidates', yLabel: 'seconds', curves: [candidates] },
    {
      title: 'Time against length',
      xLabel: 'tokens of a document',
      yLabel: 'milliseconds a document',
      curves: [length],
    },
  ];
  const width = panels.length * PANEL.width;
  const style = `
    text { font: 12px system-ui, sans-serif; fill: #57606a; }
    .title { font-weight: 600; }
    .axis { stroke: #8c959f; fill: none; }
    .grid { stroke: #8c959f; stroke-opacity: 0.25; }
    .curve0 { stroke: #0969da; fill: #0969da; }
    .curve1 { stroke: #bc4c00; fill: #bc4c00; }
    line.fit { stroke-width: 1.5; stroke-dasharray: 4 3; }
    text.curve0, text.curve1 { stroke: none; }
    @media (prefers-color-scheme: dark) {
      text { fill: #adbac7; }
      .curve0 { stroke: #6cb6ff; fill: #6cb6ff; }
      .curve1 { stroke: #f69d50; fill: #f69d50; }
    }`;
  const drawn = panels.map((panel, i) => `<g transform="translate(${i * PANEL.width} 0)">${draw(panel)}</g>`);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${PANEL.height}" width="${width}" role="img">`,
    `<title>${panels.map(({ title }) => escapeXml(title)).join('; ')}</title>`,
    `<style>${style}\n</style>`,
    ...drawn,
    '</svg>\n',
  ].join('\n');
}

function draw({ title, xLabel, yLabel, curves }: Panel): string {
  const points = curves.flatMap((curve) => curve.points);
  const xMost = Math.max(...points.map(([x]) => x));
  const yMost = Math.max(...points.map(([, y]) => y));
  const [xStep, yStep] = [niceStep(xMost / TICKS), niceStep(yMost / TICKS)];
  const [xEnd, yEnd] = [xStep * Math.ceil(xMost / xStep), yStep * Math.ceil(yMost / yStep)];
  const x = (value: number): number => PANEL.left + (value / xEnd) * (PANEL.width - PANEL.left - PANEL.right);
  const y = (value: number): number =>
    PANEL.height - PANEL.bottom - (value / yEnd) * (PANEL.height - PANEL.top - PANEL.bottom);
  const parts: string[] = [text(PANEL.left, 20, title, 'class="title"')];
  for (let value = 0; value <= yEnd * 1.001; value += yStep) {
    parts.push(line(x(0), y(value), x(xEnd), y(value), 'grid'));
    parts.push(text(x(0) - 8, y(value) + 4, format(value), 'text-anchor="end"'));
  }
  for (let value = 0; value <= xEnd * 1.001; value += xStep) {
    parts.push(text(x(value), y(0) + 18, format(value), 'text-anchor="middle"'));
  }
  parts.push(line(x(0), y(0), x(xEnd), y(0), 'axis'), line(x(0), y(0), x(0), y(yEnd), 'axis'));
  parts.push(text((x(0) + x(xEnd)) / 2, PANEL.height - 12, xLabel, 'text-anchor="middle"'));
  parts.push(
    text(0, 0, yLabel, `text-anchor="middle" transform="translate(16 ${(y(0) + y(yEnd)) / 2}) rotate(-90)"`),
  );
  for (const [i, { name, points: own, line: fit }] of curves.entries()) {
    const first = own[0]?.[0] ?? 0;
    const at = (value: number): number => Math.max(0, fit.intercept + fit.slope * value);
    parts.push(line(x(first), y(at(first)), x(xMost), y(at(xMost)), `fit curve${i}`));
    for (const [px, py] of own) {
      parts.push(`<circle cx="${round(x(px))}" cy="${round(y(py))}" r="3.5" class="curve${i}"/>`);
    }
    parts.push(text(PANEL.left + 12, PANEL.top + 14 + 16 * i, name, `class="curve${i}"`));
  }
  return parts.join('\n');
}

function text(x: number, y: number, content: string, attributes: string): string {
  return `<text x="${round(x)}" y="${round(y)}" ${attributes}>${escapeXml(content)}</text>`;
}

function line(x1: number, y1: number, x2: number, y2: number, kind: string): string {
  const [a, b, c, d] = [x1, y1, x2, y2].map(round);
  return `<line x1="${a}" y1="${b}" x2="${c}" y2="${d}" class="${kind}"/>`;
}

/** 1, 2 or 5 times a power of ten, not below `least`. */
function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return ([1, 2, 5, 10].find((factor) => factor * power >= least) ?? 10) * power;
}

function format(value: number): string {
  return Number(value.toPrecision(6)).toLocaleString('en-US');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escapeXml(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
