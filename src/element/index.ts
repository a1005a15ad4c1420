import { CaseMatcherElement } from './case-matcher.ts';

export { clearKeptCandidates } from '../tickets/index.ts';
export { CaseMatcherElement } from './case-matcher.ts';
export type {
  CaseErrorDetail,
  CaseMatchDetail,
  CaseMatcherEvents,
  CaseOpenDetail,
  FailureCode,
} from './events.ts';
export type { LexiconInput } from './lexicons.ts';

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
