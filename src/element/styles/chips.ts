import { css } from 'lit';

/** The words that are shared or differ. */
export const chipStyles = css`
  .chip + .label {
    margin-inline-start: 6px;
  }
  .chip {
    max-width: 100%;
    padding: 0 6px;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    border-radius: 9px;
    font-size: 12px;
    line-height: 18px;
    background: var(--_wash-strong);
  }
  .chip.differs {
    background: none;
    box-shadow: inset 0 0 0 1px var(--_border-strong);
  }
  .chip.widened {
    background: none;
    box-shadow: inset 0 0 0 1px var(--_accent);
  }
  @media (forced-colors: active) {
    .chip {
      border: 1px solid currentColor;
    }
  }
`;
