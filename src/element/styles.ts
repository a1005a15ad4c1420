import { css } from 'lit';

/** Defaults of the public custom properties, per scheme. Every pair of text and ground reaches WCAG AA. */
const light = css`
  color-scheme: light;
  --_accent: var(--case-matcher-accent, #1a56b8);
  --_background: var(--case-matcher-background, #ffffff);
  --_foreground: var(--case-matcher-foreground, #1d2530);
  --_muted: var(--case-matcher-muted, #5a6472);
  --_border: var(--case-matcher-border, #dde2e8);
  --_high: var(--case-matcher-high, #12693c);
  --_medium: var(--case-matcher-medium, #8a5300);
  --_low: var(--case-matcher-low, #5a6472);
  --_bad: #b3261e;
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
  --_high: var(--case-matcher-high, #6fcf97);
  --_medium: var(--case-matcher-medium, #e3b45f);
  --_low: var(--case-matcher-low, #9ea8b5);
  --_bad: #f2948c;
  --_wash: rgba(160, 185, 220, 0.08);
  --_wash-strong: rgba(160, 185, 220, 0.16);
`;

/**
 * Lines are of one height throughout (`--_line`), so that a card's room is a whole number of lines and text that
 * does not fit ends at a line's edge. Nothing here is younger than Chromium 91.
 */
export const styles = css`
  :host {
    ${light}
    --_radius: var(--case-matcher-radius, 6px);
    --_line: 19px;
    --_lead: 4;
    --_handled: 3;
    --_card: calc((var(--_lead) + var(--_handled)) * var(--_line) + 62px);
    --_gap: 8px;
    display: block;
    contain: layout style;
    min-width: 0;
    font: 13px / var(--_line)
      var(--case-matcher-font, system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif);
    font-variant-numeric: tabular-nums;
    color: var(--_foreground);
    background: var(--_background);
    text-align: start;
    overflow-wrap: anywhere;
  }
  :host([hidden]) {
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

  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  h2,
  h3,
  p,
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

  .panel {
    position: relative;
    padding: 12px;
  }
  header {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: 8px;
    /* The tag beside the heading comes and goes without moving what is below. */
    min-height: 22px;
  }
  h2 {
    font-size: 15px;
    font-weight: 600;
  }
  .tag {
    padding: 0 6px;
    border: 1px solid var(--_border);
    border-radius: 3px;
    font-size: 12px;
    line-height: 18px;
    color: var(--_muted);
    white-space: nowrap;
  }
  .progress-words,
  footer {
    min-height: var(--_line);
    font-size: 12px;
    color: var(--_muted);
  }
  .bar {
    height: 2px;
    margin: 4px 0 10px;
    overflow: hidden;
    border-radius: 1px;
    background: var(--_border);
  }
  .bar-fill {
    width: 100%;
    height: 100%;
    background: var(--_accent);
    transform-origin: left;
    transition: transform 0.3s ease-out;
  }
  .unknown .bar-fill {
    opacity: 0.35;
    transition: none;
  }
  footer {
    margin-top: 4px;
  }

  .room {
    min-height: calc(var(--_slots) * var(--_card) + (var(--_slots) - 1) * var(--_gap));
  }
  .waiting {
    height: calc(var(--_slots) * var(--_card) + (var(--_slots) - 1) * var(--_gap));
    overflow-y: auto;
    overscroll-behavior: contain;
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
  }
  .rest-room {
    height: 32px;
    display: flex;
    align-items: center;
  }

  .card {
    position: relative;
    display: flex;
    flex-direction: column;
    gap: 6px;
    min-height: var(--_card);
    padding: 8px 12px 5px 14px;
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
    overflow: hidden;
  }
  .cards > li + li,
  .card + .card {
    margin-top: var(--_gap);
  }
  .card::before {
    content: '';
    position: absolute;
    top: 0;
    bottom: 0;
    left: 0;
    width: 3px;
    background: currentColor;
    color: var(--_border);
  }
  .card.high::before {
    color: var(--_high);
  }
  .card.medium::before {
    color: var(--_medium);
  }

  .lead {
    height: calc(var(--_lead) * var(--_line));
    overflow: hidden;
    /* Title and report share these lines; the line between them is laid out apart and not counted. */
    display: -webkit-box;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 3;
  }
  .title {
    font-size: 14px;
    font-weight: 600;
  }
  .title .rank {
    display: inline-block;
    min-width: 1.1em;
    color: var(--_muted);
  }
  .meta {
    display: flex;
    gap: 10px;
    color: var(--_muted);
    font-size: 12px;
  }
  .meta .fact {
    flex: none;
  }
  .meta .place {
    flex: 0 1 auto;
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .report,
  .reply.full {
    white-space: pre-line;
  }

  .score {
    float: right;
    margin-left: 10px;
    text-align: right;
    color: var(--_low);
  }
  .high .score {
    color: var(--_high);
  }
  .medium .score {
    color: var(--_medium);
  }
  .score .value {
    display: block;
    font-size: 20px;
    font-weight: 600;
  }
  .score .tier {
    display: flex;
    align-items: center;
    justify-content: flex-end;
    gap: 4px;
    font-size: 12px;
  }
  .bars .filled {
    fill: currentColor;
  }
  .bars .hollow {
    fill: currentColor;
    opacity: 0.25;
  }

  .handling {
    padding: 5px 8px;
    border-radius: calc(var(--_radius) - 2px);
    background: var(--_wash);
  }
  .summary {
    height: calc(var(--_handled) * var(--_line));
    overflow: hidden;
    display: -webkit-box;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 3;
  }
  .facts .fact {
    display: inline-block;
    margin-right: 6px;
  }
  .facts b {
    font-weight: 600;
  }
  .fact.yes {
    color: var(--_high);
  }
  .fact.partly {
    color: var(--_medium);
  }
  .fact.no {
    color: var(--_bad);
  }
  .label {
    margin-right: 6px;
    color: var(--_muted);
    font-size: 12px;
  }
  .steps {
    margin: 4px 0;
    border-left: 2px solid var(--_border);
    padding-left: 8px;
  }
  .steps .action {
    margin-left: 6px;
  }

  .icon {
    width: 12px;
    height: 12px;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.5;
    stroke-linecap: round;
    stroke-linejoin: round;
    vertical-align: -1px;
    margin: 0 3px 0 0;
  }
  .icon.up {
    transform: rotate(180deg);
  }

  .actions {
    display: flex;
    align-items: center;
    gap: 12px;
    height: 22px;
    margin-top: auto;
  }
  .id {
    flex: 1;
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    font-size: 12px;
    color: var(--_muted);
  }
  .quiet,
  .rest-button {
    color: var(--_muted);
    white-space: nowrap;
  }
  .quiet:hover,
  .rest-button:hover {
    color: var(--_foreground);
  }
  .quiet .icon,
  .open .icon {
    margin: 0 0 0 4px;
  }
  .open {
    flex: none;
    color: var(--_accent);
    text-decoration: none;
    white-space: nowrap;
  }
  .open:hover {
    text-decoration: underline;
  }

  .rows > li + li {
    border-top: 1px solid var(--_border);
  }
  ol.rows[part='others'] {
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
  }
  .rows > li {
    background: var(--_background);
  }
  .row-button {
    display: flex;
    align-items: baseline;
    gap: 8px;
    width: 100%;
    min-height: 30px;
    padding: 5px 10px;
  }
  .row-button:hover {
    background: var(--_wash);
  }
  .row-button:focus-visible {
    outline-offset: -2px;
  }
  .row .rank {
    flex: none;
    min-width: 1.6em;
    text-align: right;
    font-size: 12px;
    color: var(--_muted);
  }
  .row-title {
    flex: 1;
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  [aria-expanded='true'] > .row-title {
    white-space: normal;
    font-weight: 600;
  }
  .row .score {
    float: none;
    display: flex;
    align-items: baseline;
    gap: 6px;
  }
  .row .value {
    font-size: 13px;
  }
  .row .tier-word {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
  }
  .row-detail {
    padding: 0 10px 8px 38px;
  }
  .row-detail .handling {
    margin: 6px 0 4px;
  }

  .notice {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: 12px;
    margin-bottom: 8px;
    padding: 8px 12px;
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
  }
  .notice.quiet {
    border-style: dashed;
    padding: 20px 12px;
    color: var(--_muted);
  }
  .notice.problem {
    border-left: 3px solid var(--_medium);
  }
  .notice-title {
    font-weight: 600;
  }

  .skeleton i {
    display: block;
    height: 12px;
    border-radius: 3px;
    background: var(--_wash-strong);
  }
  .skeleton i:nth-child(1) {
    width: 55%;
  }
  .skeleton i:nth-child(3) {
    width: 80%;
  }

  @media (prefers-reduced-motion: reduce) {
    .bar-fill {
      transition: none;
    }
  }
  @media (forced-colors: active) {
    .card::before,
    .bar-fill {
      background: Highlight;
      forced-color-adjust: none;
    }
  }
`;
