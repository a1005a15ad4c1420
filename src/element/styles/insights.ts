import { css } from 'lit';

/** The numbers over all similar cases. */
export const insightStyles = css`
  .figures > p {
    padding: 0 10px;
    font-size: 12px;
  }
  .figures > .second-round,
  .figures > .spared {
    overflow: hidden;
    line-height: 16px;
    display: -webkit-box;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
  }
  .figure {
    display: flex;
    flex-direction: column;
    justify-content: center;
    min-width: 0;
    height: 100%;
    padding: 0 8px;
    overflow: hidden;
    white-space: nowrap;
    line-height: 16px;
  }
  .figure b {
    font-weight: 600;
    font-size: 14px;
  }
  .figure span {
    overflow: hidden;
    text-overflow: ellipsis;
    font-size: 12px;
    color: var(--_muted);
  }
  .trend {
    margin-inline-start: 4px;
  }
  .figure b .trend {
    color: inherit;
  }
  .figure:hover:enabled,
  .figure[aria-expanded='true'] {
    background: var(--_wash-strong);
  }
  .figure.notable {
    background: var(--_notable);
  }
  .figure.notable b,
  .trend.rising {
    color: var(--_medium);
  }
  .figure:focus-visible {
    outline-offset: -2px;
  }
  @media (forced-colors: active) {
    .figure.notable b {
      text-decoration: underline;
    }
    .figure[aria-expanded='true'],
    .number[aria-expanded='true'] {
      color: HighlightText;
      background: Highlight;
      forced-color-adjust: none;
    }
    .figure[aria-expanded='true'] * {
      color: HighlightText;
      background: none;
    }
  }
  .figures .tool {
    margin-inline-end: 6px;
  }
  .narrow .figures {
    gap: 0;
  }
  .narrow .figure {
    padding: 0 5px;
  }
  .narrow .figure span {
    font-size: 11px;
  }
  .narrow .figures .tool {
    margin: 0;
  }

  .findings {
    margin-top: 6px;
    padding: 4px 10px;
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
  }
  .finding + .finding {
    border-top: 1px solid var(--_border);
  }
  .finding > p {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    gap: 0 8px;
    padding: 4px 0;
  }
  .finding-words {
    min-width: 7.5em;
  }
  .number {
    font-weight: 600;
    text-decoration: underline dotted;
    text-underline-offset: 3px;
  }
  .number:disabled {
    text-decoration: none;
    cursor: default;
  }
  .number[aria-expanded='true'] {
    color: var(--_accent);
  }

  .case-lines {
    margin: 4px 0;
    max-height: 190px;
    overflow-y: auto;
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
  }
  .case-lines li + li {
    border-top: 1px solid var(--_border);
  }
  .case-lines button {
    display: flex;
    gap: 10px;
    width: 100%;
    padding: 4px 10px;
    font-size: 12px;
  }
  .case-lines button:hover {
    background: var(--_wash);
  }
  .case-lines button:focus-visible {
    outline-offset: -2px;
  }
  .proposal {
    display: flex;
    justify-content: flex-end;
    margin-bottom: 6px;
  }
  .figures > [part~='turn-on'],
  .finding .act,
  .proposal .act {
    border-color: var(--_border-strong);
    color: var(--_accent);
  }
  .finding .act {
    margin-inline-start: auto;
  }
  .line-title {
    flex: 1;
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .case-lines .muted {
    flex: none;
  }
`;
