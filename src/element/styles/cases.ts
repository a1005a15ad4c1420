import { css } from 'lit';

/** A past case: as a card, and as a line of the rest. */
export const caseStyles = css`
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

  @media (forced-colors: active) {
    .card::before {
      background: Highlight;
      forced-color-adjust: none;
    }
  }
`;
