import type { LitElement } from 'lit';
import { CaseMatcherElement } from './case-matcher.ts';

export { CaseMatcherElement } from './case-matcher.ts';
export type {
  CaseActDetail,
  CaseAdoptDetail,
  CaseClusterDetail,
  CaseErrorDetail,
  CaseExplainDetail,
  CaseLinkDetail,
  CaseMatchDetail,
  CaseMatcherEvents,
  CaseOpenDetail,
  CaseRejectDetail,
  FailureCode,
} from './events.ts';
export type { LexiconInput } from './lexicons.ts';
export type { RankedTicket } from './ranked-ticket.ts';

/** What a page may set, whichever framework sets it. */
export type CaseMatcherProperties = {
  -readonly [Name in keyof Omit<
    CaseMatcherElement,
    keyof LitElement | Methods | 'ranked' | 'wideningCounts'
  >]?: CaseMatcherElement[Name];
};

type Methods = {
  [Name in keyof CaseMatcherElement]-?: CaseMatcherElement[Name] extends (...values: never[]) => unknown
    ? Name
    : never;
}[keyof CaseMatcherElement];

/** Forgets all lists of past tickets that `keep-candidates` kept on this origin. Rejects with the browser's own error. */
export async function clearKeptCandidates(): Promise<void> {
  const { clearKeptCandidates } = await import('../tickets/kept-source.ts');
  await clearKeptCandidates();
}

const TAG = 'case-matcher';

/** Defines `<case-matcher>` unless the page has one already: the first wins, as a tag cannot be defined twice. */
export function defineCaseMatcher(): void {
  // On a server there is nothing to define it in, and importing this must not fail there.
  if (typeof customElements === 'undefined') return;
  const defined = customElements.get(TAG);
  if (defined === undefined) customElements.define(TAG, CaseMatcherElement);
  else if (defined !== CaseMatcherElement) {
    console.warn(`<${TAG}> is already defined by another copy of this module; that one stays in use.`);
  }
}

defineCaseMatcher();
