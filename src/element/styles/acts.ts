import { css } from 'lit';

/** Buttons: what can be done with a case, and with the panel. */
export const actStyles = css`
  .acts {
    display: flex;
    align-items: center;
    gap: 2px;
    height: 28px;
    margin: auto -6px 0;
  }
  .space {
    flex: 1;
  }
  .act {
    position: relative;
    flex: none;
    display: inline-flex;
    align-items: center;
    min-width: 24px;
    height: 24px;
    padding: 0 6px;
    border: 1px solid transparent;
    border-radius: 4px;
    color: var(--_muted);
    text-decoration: none;
    white-space: nowrap;
  }
  .act:hover {
    color: var(--_foreground);
    background: var(--_wash-strong);
  }
  .act.open {
    color: var(--_accent);
  }
  .act.open .icon,
  .act[part='more'] .icon {
    margin-inline: 4px 0;
  }
  .act.adopt {
    margin-inline-end: 4px;
    border-color: var(--_border-strong);
    color: var(--_accent);
    font-weight: 600;
  }
  .high .act.adopt {
    border-color: var(--_accent);
    color: var(--_background);
    background: var(--_accent);
  }
  .high .act.adopt:hover {
    filter: brightness(1.1);
  }
  .act[aria-pressed='true'] {
    color: var(--_high);
    font-weight: 600;
  }
  .act.tool,
  .act.brief,
  .act.close {
    justify-content: center;
    padding: 0 5px;
  }
  .act.tool .icon,
  .act.brief .icon,
  .act.close .icon {
    margin: 0;
  }
  .act.brief .word {
    display: none;
  }

  kbd {
    font: 600 11px / 15px var(--_font);
    min-width: 15px;
    padding: 0 3px;
    border: 1px solid var(--_border-strong);
    border-radius: 3px;
    text-align: center;
    color: var(--_foreground);
    background: var(--_background);
  }
  .act kbd {
    position: absolute;
    top: -9px;
    inset-inline-end: -4px;
    pointer-events: none;
    visibility: hidden;
  }
  /* At the edge, beyond which the card is cut. */
  .act.open kbd {
    inset-inline-end: 2px;
  }
  /* Keys work on the case that has the focus. */
  .card:focus-within kbd,
  .row:focus-within kbd {
    visibility: visible;
  }

  @media (forced-colors: active) {
    .high .act.adopt {
      border-color: Highlight;
    }
    .act[aria-pressed='true'] {
      color: HighlightText;
      background: Highlight;
      border-color: Highlight;
      forced-color-adjust: none;
    }
  }
`;
