import { css } from 'lit';

/** Why a case is shown: marked sentences, and the line of words, whose room is there before they are. */
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
  }
`;
