import { css } from 'lit';

/** The frame: heading, progress, the room that cards will take, notices. */
export const panelStyles = css`
  .panel {
    position: relative;
    padding: 12px;
  }
  header {
    display: flex;
    align-items: center;
    gap: 6px;
    /* What is beside the heading comes and goes without moving what is below. */
    min-height: 24px;
  }
  h2 {
    font-size: 15px;
    font-weight: 600;
  }
  .tag {
    /* It gives way before the heading does. */
    flex-shrink: 9999;
    padding: 0 6px;
    border: 1px solid var(--_border);
    border-radius: 3px;
    font-size: 12px;
    line-height: 18px;
    color: var(--_muted);
    overflow: hidden;
    text-overflow: ellipsis;
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
    transform-origin: var(--_start);
    transition: transform 0.3s ease-out;
  }
  .unknown .bar-fill {
    opacity: 0.35;
    transition: none;
  }
  footer {
    margin-top: 4px;
  }
  .retry-engine {
    padding: 0 2px;
    border: 0;
    background: none;
    font-size: 12px;
    color: var(--_accent);
    text-decoration: underline;
    cursor: pointer;
  }

  /* The numbers come later; their room does not. */
  .insights {
    margin-bottom: 8px;
  }
  .figures {
    display: flex;
    align-items: center;
    gap: 2px;
    height: 40px;
    overflow: hidden;
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
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
    gap: 6px;
    height: 32px;
    display: flex;
    align-items: center;
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
    white-space: normal;
  }
  .notice.problem {
    border-inline-start: 3px solid var(--_medium);
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
    .bar-fill {
      background: Highlight;
      forced-color-adjust: none;
    }
  }
`;
