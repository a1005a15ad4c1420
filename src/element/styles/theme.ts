import { css } from 'lit';

/** Defaults of the public custom properties, per scheme. Every pair of text and ground reaches WCAG AA. */
const light = css`
  color-scheme: light;
  --_accent: var(--case-matcher-accent, #1a56b8);
  --_background: var(--case-matcher-background, #ffffff);
  --_foreground: var(--case-matcher-foreground, #1d2530);
  --_muted: var(--case-matcher-muted, #5a6472);
  --_border: var(--case-matcher-border, #dde2e8);
  --_border-strong: #8a94a3;
  --_high: var(--case-matcher-high, #12693c);
  --_medium: var(--case-matcher-medium, #8a5300);
  --_low: var(--case-matcher-low, #5a6472);
  --_bad: #b3261e;
  --_mark: var(--case-matcher-mark, rgba(255, 205, 64, 0.34));
  --_notable: rgba(214, 138, 12, 0.14);
  --_wash: rgba(90, 110, 140, 0.07);
  --_wash-strong: rgba(90, 110, 140, 0.14);
`;

const dark = css`
  color-scheme: dark;
  --_accent: var(--case-matcher-accent, #8ab4f8);
  --_background: var(--case-matcher-background, #171b21);
  --_foreground: var(--case-matcher-foreground, #e3e7ec);
  --_muted: var(--case-matcher-muted, #9ea8b5);
  --_border: var(--case-matcher-border, #303842);
  --_border-strong: #6b7684;
  --_high: var(--case-matcher-high, #6fcf97);
  --_medium: var(--case-matcher-medium, #e3b45f);
  --_low: var(--case-matcher-low, #9ea8b5);
  --_bad: #f2948c;
  --_mark: var(--case-matcher-mark, rgba(227, 180, 95, 0.26));
  --_notable: rgba(227, 180, 95, 0.16);
  --_wash: rgba(160, 185, 220, 0.08);
  --_wash-strong: rgba(160, 185, 220, 0.16);
`;

/**
 * Lines are of one height throughout (`--_line`), so that a card's room is a whole number of lines and text that
 * does not fit ends at a line's edge. Nothing here is younger than Chromium 91.
 */
export const themeStyles = css`
  :host {
    ${light}
    --_radius: var(--case-matcher-radius, 6px);
    --_line: 19px;
    --_lead: 4;
    --_handled: 3;
    --_card: calc((var(--_lead) + var(--_handled)) * var(--_line) + 89px);
    --_gap: 8px;
    display: block;
    contain: layout style;
    min-width: 0;
    --_font: var(
      --case-matcher-font,
      system-ui,
      'PingFang SC',
      'Microsoft YaHei',
      'Noto Sans CJK SC',
      sans-serif
    );
    font: 13px / var(--_line) var(--_font);
    font-variant-numeric: tabular-nums;
    color: var(--_foreground);
    background: var(--_background);
    overflow-wrap: anywhere;
  }
  :host([hidden]),
  :host([mode='monitor']) {
    display: none;
  }
  :host([theme='dark']) {
    ${dark}
  }
  @media (prefers-color-scheme: dark) {
    :host(:not([theme='light'])) {
      ${dark}
    }
  }

  .panel.narrow {
    --_handled: 4;
    --_card: calc((var(--_lead) + var(--_handled)) * var(--_line) + 89px);
  }

  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  h2,
  h3,
  p,
  dl,
  ul,
  ol {
    margin: 0;
    padding: 0;
    font: inherit;
    list-style: none;
  }
  [hidden] {
    display: none !important;
  }
  button,
  a {
    font: inherit;
    color: inherit;
  }
  button {
    margin: 0;
    padding: 0;
    border: 0;
    background: none;
    text-align: inherit;
    cursor: pointer;
  }
  :focus-visible {
    outline: 2px solid var(--_accent);
    outline-offset: 1px;
  }
  .unseen {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .muted {
    color: var(--_muted);
  }
`;
