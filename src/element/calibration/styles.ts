import { css } from 'lit';

/** On top of the theme and the direction. Two columns where there is room, one below the other where not: no container queries before Chromium 105. */
export const calibrationStyles = css`
  .panel {
    padding: 16px;
  }
  .columns,
  .section-head,
  .pair,
  .side-label,
  .answers,
  .files,
  .curve-legend,
  .slider,
  table.figures {
    direction: var(--_direction);
  }
  .side h4,
  .side-text {
    unicode-bidi: plaintext;
  }
  h2 {
    font-size: 16px;
    font-weight: 600;
  }
  h3 {
    font-size: 14px;
    font-weight: 600;
  }
  h4 {
    margin: 0;
    font: inherit;
    font-weight: 600;
  }
  ul {
    margin: 0;
    padding: 0;
    list-style: none;
  }
  .intro {
    max-width: 60em;
  }
  .status {
    min-height: var(--_line);
    margin-bottom: 8px;
  }
  .columns {
    display: flex;
    flex-wrap: wrap;
    align-items: flex-start;
    gap: 24px 32px;
  }
  .judging {
    flex: 3 1 420px;
    min-width: 0;
  }
  .thresholds {
    flex: 2 1 360px;
    min-width: 0;
    max-width: 560px;
  }
  @media (max-width: 480px) {
    .judging,
    .thresholds {
      flex-basis: 100%;
    }
    .pair .side {
      height: calc(7 * var(--_line));
    }
  }
  .section-head {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: 12px;
    min-height: 28px;
    margin-bottom: 6px;
  }

  .notice {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: 12px;
    margin-bottom: 12px;
    padding: 8px 12px;
    border: 1px solid var(--_border);
    border-inline-start: 3px solid var(--_medium);
    border-radius: var(--_radius);
  }
  .empty {
    padding: 24px 12px;
    border: 1px dashed var(--_border);
    border-radius: var(--_radius);
    color: var(--_muted);
  }
  .question {
    margin-bottom: 8px;
    font-weight: 600;
  }
  .pair {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
  }
  /* Of one height whatever the text, so that the buttons stay under the pointer from pair to pair. */
  .side {
    flex: 1 1 200px;
    min-width: 0;
    height: calc(11 * var(--_line));
    padding: 8px 12px;
    overflow-y: auto;
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
  }
  .side-label {
    display: flex;
    justify-content: space-between;
    gap: 8px;
    margin-bottom: 4px;
    font-size: 12px;
  }
  .side-text {
    white-space: pre-line;
  }
  mark {
    color: inherit;
    background: var(--_wash-strong);
    box-shadow: inset 0 -2px 0 var(--_border);
  }
  .legend {
    margin: 4px 0 0;
    font-size: 12px;
  }

  .answers,
  .files {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px;
    margin-top: 10px;
  }
  .room {
    flex: 1;
  }
  button,
  .file {
    min-height: 28px;
    padding: 0 10px;
    border-radius: var(--_radius);
    line-height: 26px;
    cursor: pointer;
  }
  .answer {
    min-width: 96px;
    border: 1px solid var(--_border);
    text-align: center;
    font-weight: 600;
  }
  .answer:hover,
  .quiet:hover,
  label.quiet:hover {
    background: var(--_wash);
  }
  .quiet {
    color: var(--_accent);
  }
  .primary {
    color: var(--_background);
    background: var(--_accent);
    font-weight: 600;
  }
  button:disabled,
  button[aria-disabled='true'] {
    color: var(--_muted);
    cursor: default;
    opacity: 0.55;
    background: none;
  }
  .primary:disabled {
    color: var(--_muted);
    background: var(--_wash-strong);
  }
  kbd {
    margin-inline-start: 6px;
    padding: 0 4px;
    border: 1px solid var(--_border);
    border-radius: 3px;
    font: inherit;
    font-size: 11px;
    font-weight: 400;
    color: var(--_muted);
  }
  .file {
    position: relative;
  }
  .file input {
    position: absolute;
    inset: 0;
    width: 100%;
    opacity: 0;
    cursor: pointer;
  }
  .file:focus-within {
    outline: 2px solid var(--_accent);
    outline-offset: 1px;
  }
  .note {
    font-size: 12px;
  }
  .hint {
    margin-top: 8px;
    font-size: 12px;
  }

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
    mark {
      color: MarkText;
      background: Mark;
      forced-color-adjust: none;
    }
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
