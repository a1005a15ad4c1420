import type React from 'react';
import type { CaseMatcherElement, CaseMatcherEvents, CaseMatcherProperties } from './index.ts';

/**
 * Types for React 19, which sets properties and listens to events of custom elements by itself, so that there is no
 * wrapper: `import type {} from 'case-matcher/react'`. Listeners are named as React passes them on: `oncase-adopt`.
 */
type Listeners = {
  [Name in keyof CaseMatcherEvents as `on${Name}`]?: (event: CaseMatcherEvents[Name]) => void;
};

declare module 'react' {
  // biome-ignore lint/style/noNamespace: React's own.
  namespace JSX {
    interface IntrinsicElements {
      'case-matcher': React.HTMLAttributes<CaseMatcherElement> &
        React.RefAttributes<CaseMatcherElement> &
        CaseMatcherProperties &
        Listeners;
    }
  }
}
