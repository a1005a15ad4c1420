import { css } from 'lit';

const ltr = css`
  --_direction: ltr;
  --_start: left;
  --_end: right;
  --_mirror: 1;
`;
const rtl = css`
  --_direction: rtl;
  --_start: right;
  --_end: left;
  --_mirror: -1;
`;

/**
 * On a page from right to left the panel is laid out from right to left, and what it says stays as its language has it:
 * our words are of languages from left to right, and in the other direction "5 天" would read "天 5", and "≥ 0.85" would
 * read "≤". So text goes from left to right, text of the archive as its own letters go, and what only places other things
 * goes as the page does.
 */
export const directionStyles = css`
  :host {
    ${ltr}
    text-align: var(--_start);
  }
  /* Chromium below 120 does not know :dir(), and others not :host-context(): each drops the rules it does not know. */
  :host-context([dir='rtl']) {
    ${rtl}
  }
  :host([dir='ltr']) {
    ${ltr}
  }
  :host(:dir(rtl)) {
    ${rtl}
  }
  :host(:dir(ltr)) {
    ${ltr}
  }

  :where(.panel *) {
    direction: ltr;
  }
  .panel,
  .panel header,
  .notice,
  .figures,
  .finding > p,
  .case-lines button,
  .card,
  .lead,
  .meta,
  .score .tier,
  .why,
  .steps,
  .acts,
  .rest-room,
  .row-button,
  .row-detail,
  .keys > div,
  .page-head,
  .path-head,
  .event,
  .event-head,
  slot {
    direction: var(--_direction);
  }
  .row-title,
  .line-title,
  .title,
  .path-head h3,
  .excerpt,
  .summary,
  .report,
  .reply,
  .action,
  .event-text {
    unicode-bidi: plaintext;
  }
  .mirrored {
    transform: scaleX(var(--_mirror));
  }
`;
