/**
 * Compiled by `npm run lint`, and never run: what a page in plain TypeScript, React or Vue may write, and what it may not.
 */

import type { JSX } from 'react';
import type { GlobalComponents } from 'vue';
import type { CaseMatcherElement } from '../../src/element/index.ts';
import type {} from '../../src/element/react.ts';
import type {} from '../../src/element/vue.ts';

const ticket = { id: 'T1', text: '电梯困人' };

export const inReact: JSX.IntrinsicElements['case-matcher'][] = [
  {
    ticket,
    api: '/api/tickets',
    model: '/models/demo/',
    mode: 'monitor',
    loading: 'lazy',
    lang: 'en',
    'oncase-adopt': ({ detail }) => detail.case.handling?.reply?.length,
    ref: { current: null as CaseMatcherElement | null },
  },
  // @ts-expect-error no such mode
  { mode: 'loud' },
  // @ts-expect-error an act tells no text
  { 'oncase-copy': ({ detail }) => detail.case },
];

type VueProps = InstanceType<GlobalComponents['case-matcher']>['$props'];
export const inVue: VueProps[] = [
  { ticket, top: 5, onCaseAdopt: ({ detail }) => detail.tier === 'high' },
  // @ts-expect-error a ticket has a text
  { ticket: { id: 'T1' } },
];

export function inPlainTypeScript(page: Document): boolean {
  const element = page.createElement('case-matcher');
  element.addEventListener('case-link', ({ detail }) => detail.linked);
  element.addEventListener('case-cluster', ({ detail }) => detail.ids.length > 0);
  // @ts-expect-error the place of a cluster is text
  element.addEventListener('case-cluster', ({ detail }) => detail.place);
  // @ts-expect-error no such event
  element.addEventListener('case-link', ({ detail }) => detail.unlinked);
  element.thresholds = { high: 0.9, medium: 0.6 };
  return element.refresh();
}
