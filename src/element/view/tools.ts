import { html, nothing, type TemplateResult } from 'lit';
import { KEYS } from '../keys.ts';
import { type IconName, icon } from './icons.ts';
import type { Panel } from './model.ts';

interface Tool {
  readonly part: string;
  readonly command: 'tree' | 'refresh' | 'keys';
  readonly icon: IconName;
  readonly label: string;
  readonly run: () => void;
  readonly pressed?: boolean;
  readonly expanded?: boolean;
  /** Whether its words are seen where there is room. */
  readonly wordy?: boolean;
}

/** What concerns all cases, at the end of the heading's line. */
export function tools(panel: Panel): TemplateResult {
  const { messages, state, cases, keysShown, view, narrow, actions } = panel;
  const ranked = state.phase === 'ranked' || state.phase === 'unranked';
  const shown: Tool[] = [
    ...(ranked && cases.length > 0
      ? [
          {
            part: 'tree-button',
            command: 'tree',
            icon: 'tree',
            label: messages.tree,
            run: actions.toggleTree,
            pressed: view.name === 'tree',
            wordy: !narrow,
          } as const,
        ]
      : []),
    ...('matches' in state
      ? [
          {
            part: 'refresh',
            command: 'refresh',
            icon: 'refresh',
            label: messages.refresh,
            run: actions.refresh,
          } as const,
        ]
      : []),
    {
      part: 'keys-button',
      command: 'keys',
      icon: 'keys',
      label: messages.keys,
      run: actions.toggleKeys,
      expanded: keysShown,
    },
  ];
  return html`${shown.map(toolButton)}`;
}

function toolButton({
  part,
  command,
  icon: name,
  label,
  run,
  pressed,
  expanded,
  wordy,
}: Tool): TemplateResult {
  return html`<button
    type="button"
    class="act ${wordy ? '' : 'tool'}"
    part=${part}
    aria-label=${label}
    aria-keyshortcuts=${KEYS[command]}
    aria-pressed=${pressed ?? nothing}
    aria-expanded=${expanded ?? nothing}
    title=${`${label} (${KEYS[command]})`}
    @click=${run}
  >${icon(name)}${wordy ? label : nothing}</button>`;
}
