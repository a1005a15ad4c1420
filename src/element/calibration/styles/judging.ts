import { css } from 'lit';

/** Two texts beside each other. */
export const judgingStyles = css`
  .question {
    margin-bottom: 8px;
    font-weight: 600;
  }
  .pair {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
  }
  /* Of one height whatever the text, so that the buttons stay under the pointer from pair to pair. */
  .side {
    flex: 1 1 200px;
    min-width: 0;
    height: calc(11 * var(--_line));
    padding: 8px 12px;
    overflow-y: auto;
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
  }
  .side-label {
    display: flex;
    justify-content: space-between;
    gap: 8px;
    margin-bottom: 4px;
    font-size: 12px;
  }
  .side-handling {
    margin-top: 6px;
    padding-top: 6px;
    border-top: 1px solid var(--_border);
    unicode-bidi: plaintext;
  }
  .side-text {
    white-space: pre-line;
  }
  mark {
    color: inherit;
    background: var(--_wash-strong);
    box-shadow: inset 0 -2px 0 var(--_border);
  }
  .legend {
    margin: 4px 0 0;
    font-size: 12px;
  }

  @media (forced-colors: active) {
    mark {
      color: MarkText;
      background: Mark;
      forced-color-adjust: none;
    }
  }
`;
