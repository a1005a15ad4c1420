import { css } from 'lit';

/** A past case: as a card, and as a line of the rest. */
export const caseStyles = css`
  .card {
    position: relative;
    display: flex;
    flex-direction: column;
    gap: 5px;
    min-height: var(--_card);
    padding: 8px 12px 4px;
    padding-inline-start: 14px;
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
    inset-inline-start: 0;
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
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    column-gap: 10px;
    align-content: start;
    height: calc(var(--_lead) * var(--_line));
    overflow: hidden;
  }
  .title {
    font-size: 14px;
    font-weight: 600;
  }
  .lead .title {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .untitled .title,
  .excerpt {
    display: -webkit-box;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
    overflow: hidden;
  }
  .untitled .lead .title {
    -webkit-line-clamp: 3;
    white-space: normal;
  }
  .whole .lead {
    height: auto;
  }
  .whole .lead .title {
    white-space: normal;
  }
  .excerpt {
    grid-column: 1 / -1;
  }
  /* Not beside the title, where there is no score either. */
  .lead .meta {
    grid-column: 1;
  }
  .title .rank {
    display: inline-block;
    min-width: 1.1em;
    /* It goes with the words, which go from left to right. */
    text-align: left;
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
  .same {
    flex: none;
    padding: 0 4px;
    border-radius: 4px;
    color: var(--_accent);
    white-space: nowrap;
  }
  .same .icon {
    margin-inline: 3px 0;
  }
  .report,
  .reply.full {
    white-space: pre-line;
  }

  .score {
    text-align: var(--_end);
    color: var(--_low);
  }
  .high .score {
    color: var(--_high);
  }
  .medium .score {
    color: var(--_medium);
  }
  .lead .score {
    grid-area: 1 / 2 / 3 / 3;
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
    -webkit-line-clamp: var(--_handled);
  }
  .reference {
    font-size: 12px;
    color: var(--_muted);
  }
  .high .summary .reference {
    font-weight: 600;
    color: var(--_high);
  }
  .facts .fact {
    display: inline-block;
    margin-inline-end: 8px;
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
    margin-inline-end: 6px;
    color: var(--_muted);
    font-size: 12px;
  }
  .steps {
    margin: 4px 0;
    border-inline-start: 2px solid var(--_border);
    padding-inline-start: 8px;
  }
  .steps .action {
    margin-inline-start: 6px;
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
    margin-inline-end: 3px;
  }
  .icon.up {
    transform: rotate(180deg);
  }

  .rest-button {
    color: var(--_muted);
    white-space: nowrap;
  }
  .rest-button:hover {
    color: var(--_foreground);
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
    text-align: var(--_end);
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
    display: flex;
    align-items: baseline;
    gap: 6px;
  }
  .row .value {
    font-size: 13px;
  }
  .row-detail {
    padding: 0 10px 6px;
    padding-inline-start: 38px;
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
