import { css } from 'lit';

/** What takes the place of the cases: the tree, and the path of one. */
export const pageStyles = css`
  .page {
    min-height: calc(var(--_slots, 3) * var(--_card));
  }
  .page-head,
  .path-head {
    display: flex;
    align-items: center;
    gap: 8px;
    min-height: 28px;
  }
  .page-head .act {
    margin-inline-start: -6px;
  }
  .page-head h3 {
    font-weight: 600;
  }
  .path-head h3 {
    flex: 1;
    min-width: 0;
    font-size: 14px;
    font-weight: 600;
  }
  .path-head .score {
    flex: none;
    font-weight: 600;
  }
  .score.high {
    color: var(--_high);
  }
  .score.medium {
    color: var(--_medium);
  }

  .tree {
    display: block;
    max-width: 100%;
    margin: 10px 0;
    overflow: visible;
  }
  .tree text {
    font: 12px var(--_font);
    fill: var(--_foreground);
  }
  .tree .branch,
  .tree .more {
    font-size: 11px;
    fill: var(--_muted);
  }
  /* The words lie on the link. */
  .tree .branch {
    paint-order: stroke;
    stroke: var(--_background);
    stroke-width: 8px;
    stroke-linejoin: round;
  }
  .tree .more {
    text-anchor: middle;
  }
  .link {
    fill: none;
    stroke: var(--_border-strong);
    stroke-width: 1;
  }
  .link.best {
    stroke: var(--_high);
    stroke-width: 2.5;
  }
  .node {
    cursor: pointer;
  }
  .box {
    fill: var(--_background);
    stroke: var(--_border-strong);
  }
  .node.problem > .box {
    fill: var(--_wash-strong);
  }
  .node.unit > .box {
    fill: var(--_wash);
  }
  .node.result > .box {
    rx: 11px;
  }
  .node.best > .box {
    stroke: var(--_high);
    stroke-width: 1.5;
  }
  .node.unit > text {
    font-weight: 600;
  }
  .star {
    fill: var(--_high);
    stroke: var(--_background);
    stroke-width: 1;
  }
  .node:hover > .box {
    stroke: var(--_accent);
  }
  .node:focus-visible {
    outline: none;
  }
  .node:focus-visible > .box {
    outline: 2px solid var(--_accent);
    outline-offset: 1px;
  }

  .events {
    margin: 8px 0;
    padding-inline-start: 4px;
  }
  .event {
    position: relative;
    padding: 0 0 8px;
    padding-inline-start: 16px;
    border-inline-start: 1px solid var(--_border-strong);
  }
  .event:last-child {
    border-color: transparent;
  }
  .event::before {
    content: '';
    position: absolute;
    top: 6px;
    inset-inline-start: -4px;
    width: 7px;
    height: 7px;
    border-radius: 50%;
    background: var(--_accent);
  }
  .event-head {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    gap: 0 8px;
  }
  .event-head .icon {
    margin: 0;
  }
  .event-head b {
    font-weight: 600;
  }
  .event-text {
    white-space: pre-line;
  }
  .print-frame {
    position: fixed;
    inset-inline-start: -9999px;
    width: 0;
    height: 0;
    border: 0;
  }

  @media (forced-colors: active) {
    .node.problem > .box,
    .node.unit > .box,
    .box {
      fill: Canvas;
      stroke: CanvasText;
    }
    .tree text,
    .tree .branch,
    .tree .more {
      fill: CanvasText;
    }
    .tree .branch {
      stroke: Canvas;
    }
    .link {
      stroke: CanvasText;
    }
    .link.best,
    .node.best > .box {
      stroke: Highlight;
    }
    .node:focus-visible > .box {
      outline-color: Highlight;
    }
    .star {
      fill: Highlight;
      stroke: Canvas;
    }
    .event::before {
      background: CanvasText;
      forced-color-adjust: none;
    }
  }
`;
