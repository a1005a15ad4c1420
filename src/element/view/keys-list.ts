import { html, nothing, type TemplateResult } from 'lit';
import { type CaseCommand, KEYS, type PanelCommand } from '../keys.ts';
import { icon } from './icons.ts';
import type { LaterPanel } from './model.ts';

/** The list of keys, over the cases. */
export function keysList(panel: LaterPanel): TemplateResult | typeof nothing {
  const { messages, top, shortcut, keysShown, actions } = panel;
  if (!keysShown) return nothing;
  const rows: [key: string, does: string][] = [
    ...(shortcut ? [[shortcut, messages.keyOfShortcut] as [string, string]] : []),
    [top > 1 ? `1 – ${Math.min(top, 9)}` : '1', messages.keyOfCards],
    ...Object.entries(messages.keyOf).map(([command, does]): [string, string] => [
      keyName(command as CaseCommand | PanelCommand),
      does,
    ]),
  ];
  return html`<section class="over" part="keys" role="dialog" aria-labelledby="keys-heading">
    <header>
      <h3 id="keys-heading">${messages.keys}</h3>
      <button type="button" class="act close" part="close" aria-label=${messages.close} @click=${actions.toggleKeys}>${icon('no')}</button>
    </header>
    <dl class="keys">
      ${rows.map(([key, does]) => html`<div><dt><kbd>${key}</kbd></dt><dd>${does}</dd></div>`)}
    </dl>
  </section>`;
}

function keyName(command: CaseCommand | PanelCommand): string {
  return command === 'back' ? 'Esc' : KEYS[command];
}
