import { css } from 'lit';

/** The list of keys. */
export const keysStyles = css`
  .over {
    position: absolute;
    z-index: 2;
    top: 40px;
    inset-inline: 12px;
    padding: 10px 12px;
    border: 1px solid var(--_border-strong);
    border-radius: var(--_radius);
    background: var(--_background);
    box-shadow: 0 6px 24px rgba(10, 16, 24, 0.18);
  }
  .over header {
    justify-content: space-between;
  }
  .over h3 {
    font-weight: 600;
  }
  .keys {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(190px, 1fr));
    gap: 4px 16px;
    margin: 8px 0 0;
  }
  .keys > div {
    display: flex;
    align-items: baseline;
    gap: 8px;
  }
  .keys dt {
    flex: none;
    min-width: 44px;
  }
  .keys dd {
    margin: 0;
  }
`;
