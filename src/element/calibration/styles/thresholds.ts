import { css } from 'lit';

/** The curve, the sliders, and the figures. */
export const thresholdStyles = css`
  .curve {
    display: block;
    width: 100%;
    height: auto;
  }
  .curve path {
    fill: none;
    stroke-width: 1;
  }
  .curve .grid {
    stroke: var(--_border);
  }
  .curve .axis {
    fill: var(--_muted);
    font-size: 11px;
  }
  .curve .band {
    fill: var(--_accent);
    opacity: 0.14;
  }
  .curve .precision-line {
    stroke: var(--_accent);
    stroke-width: 2;
  }
  .curve .coverage-line {
    stroke: var(--_foreground);
    stroke-width: 1.5;
    stroke-dasharray: 5 3;
  }
  .curve .mark-yes {
    stroke: var(--_high);
    stroke-width: 1.5;
  }
  .curve .mark-no {
    stroke: var(--_bad);
    stroke-width: 1.5;
  }
  .curve .threshold {
    stroke-width: 1.5;
  }
  .curve .threshold.high {
    stroke: var(--_high);
  }
  .curve .threshold.medium {
    stroke: var(--_medium);
    stroke-dasharray: 2 2;
  }
  .curve-legend {
    display: flex;
    flex-wrap: wrap;
    gap: 2px 14px;
    margin: 2px 0 8px;
    font-size: 12px;
  }
  .key {
    display: inline-block;
    width: 16px;
    margin-inline-end: 5px;
    border-top: 2px solid var(--_accent);
    vertical-align: middle;
  }
  .coverage-key {
    border-top: 2px dashed var(--_foreground);
  }
  .high-key {
    border-top-color: var(--_high);
  }
  .medium-key {
    border-top: 2px dotted var(--_medium);
  }

  .slider {
    display: grid;
    grid-template-columns: 6.5em minmax(0, 1fr) 4em;
    align-items: center;
    gap: 8px;
    min-height: 28px;
  }
  .slider input {
    width: 100%;
    margin: 0;
    accent-color: var(--_accent);
  }
  .slider.high {
    --_accent: var(--_high);
  }
  .slider.medium {
    --_accent: var(--_medium);
  }
  .slider-value {
    text-align: var(--_end);
    font-weight: 600;
  }

  .figures {
    width: 100%;
    margin-top: 8px;
    border-collapse: collapse;
  }
  .figures th,
  .figures td {
    padding: 4px 0;
    padding-inline-end: 8px;
    border-top: 1px solid var(--_border);
    text-align: var(--_start);
    vertical-align: top;
    font-weight: 400;
  }
  .figures thead th,
  .figures thead td {
    border-top: 0;
    font-size: 12px;
    color: var(--_muted);
  }
  .small {
    display: block;
    font-size: 12px;
    line-height: 16px;
    color: var(--_muted);
  }
  .figures th[scope='row'] {
    width: 42%;
  }

  @media (forced-colors: active) {
    .curve .grid,
    .curve .coverage-line,
    .curve .mark-yes,
    .curve .mark-no,
    .curve .threshold.high,
    .curve .threshold.medium {
      stroke: CanvasText;
    }
    .curve .grid {
      opacity: 0.4;
    }
    .curve .axis {
      fill: CanvasText;
    }
    .curve .precision-line {
      stroke: Highlight;
      stroke-width: 3;
    }
    .key.precision-key {
      border-top: 3px solid Highlight;
    }
    .curve .band {
      stroke: none;
      fill: GrayText;
    }
  }
`;
