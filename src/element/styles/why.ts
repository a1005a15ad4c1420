import { css } from 'lit';

/** Why a case is shown: marked sentences, shared words, differences. */
export const whyStyles = css`
  mark {
    color: inherit;
    background: none;
  }
  mark.evidence {
    background: var(--_mark);
    border-radius: 2px;
  }
  mark.term {
    font-weight: 600;
    text-decoration: underline;
    text-decoration-color: var(--_accent);
    text-decoration-thickness: 2px;
    text-underline-offset: 2px;
  }

  .why {
    height: 22px;
    overflow: hidden;
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px;
    color: var(--_foreground);
  }
  .whole .why,
  .row-detail .why {
    height: auto;
    min-height: 22px;
  }
  .why .label {
    margin: 0;
    line-height: 22px;
  }
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
    /* Else it were MarkText on Canvas, which in a dark theme is black on black. */
    mark.term {
      background: Canvas;
      color: CanvasText;
    }
    mark.evidence {
      background: Mark;
      color: MarkText;
    }
    .chip {
      border: 1px solid currentColor;
    }
  }
`;
