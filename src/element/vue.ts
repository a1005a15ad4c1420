import type {} from 'vue';
import type { CaseMatcherEvents, CaseMatcherProperties } from './index.ts';

/**
 * Types for templates of Vue 3: `import type {} from 'case-matcher/vue'`. Vue sets properties of custom elements by
 * itself, and listens as ever (`@case-adopt`).
 */
type Camel<Name extends string> = Name extends `${infer First}-${infer Rest}`
  ? `${First}${Capitalize<Camel<Rest>>}`
  : Name;

type Listeners = {
  [Name in keyof CaseMatcherEvents as `on${Capitalize<Camel<Name>>}`]?: (
    event: CaseMatcherEvents[Name],
  ) => void;
};

declare module 'vue' {
  interface GlobalComponents {
    'case-matcher': new () => { $props: CaseMatcherProperties & Listeners };
  }
}
