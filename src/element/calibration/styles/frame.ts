import { css } from 'lit';

/** On top of the theme and the direction. Two columns where there is room, one below the other where not: no container queries before Chromium 105. */
export const frameStyles = css`
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
`;
