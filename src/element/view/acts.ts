import { html, nothing, type TemplateResult } from 'lit';
import type { Match } from '../../matching/index.ts';
import { type CaseCommand, KEYS } from '../keys.ts';
import { disposalOf, linkOf, titleOf } from './format.ts';
import { type IconName, icon } from './icons.ts';
import type { Panel } from './model.ts';

interface Act {
  readonly command: CaseCommand;
  readonly icon: IconName;
  readonly label: string;
  readonly run: () => void;
  readonly pressed?: boolean;
  /** Whether the words give way to the icon where there is little room. */
  readonly brief?: boolean;
}

/**
 * What can be done with a case: to take over what was done, to note that it belongs here or not, to see more of it.
 * @param briefly icons alone, where there is little room.
 */
export function actsOf(match: Match, panel: Panel, briefly = panel.narrow): TemplateResult {
  const { messages, choices, actions, expanded } = panel;
  const { id } = match.ticket;
  const whole = expanded.has(match.firstStageRank);
  const [adopted, linked] = [choices.adopted.has(id), choices.linked.has(id)];
  const copied = choices.copied === id;
  const button = (act: Act) => actButton(act, match, panel, briefly);
  return html`<div class="acts" part="acts">
    ${
      disposalOf(match.ticket)
        ? html`${button({
            command: 'adopt',
            icon: adopted ? 'yes' : 'adopt',
            label: adopted ? messages.adopted : messages.adopt,
            run: () => actions.adopt(match),
          })}
          ${button({
            command: 'copy',
            icon: copied ? 'yes' : 'copy',
            label: copied ? messages.copied : messages.copy,
            run: () => actions.copy(match),
            brief: true,
          })}`
        : nothing
    }
    ${button({
      command: 'link',
      icon: 'link',
      label: linked ? messages.linked : messages.link,
      run: () => actions.link(match),
      pressed: linked,
      brief: true,
    })}
    ${button({
      command: 'reject',
      icon: 'no',
      label: messages.reject,
      run: () => actions.reject(match),
      brief: true,
    })}
    <span class="space"></span>
    ${panel.view.name === 'cases' ? detailsButton(match, panel, whole) : nothing}
    ${openButton(match, panel)}
  </div>`;
}

function actButton(
  { command, icon: name, label, run, pressed, brief }: Act,
  match: Match,
  panel: Panel,
  briefly: boolean,
): TemplateResult {
  const { messages } = panel;
  return html`<button
    type="button"
    class="act ${command} ${brief && briefly ? 'brief' : ''}"
    part="act ${command}"
    aria-label=${messages.actOn(label, titleOf(match))}
    aria-keyshortcuts=${KEYS[command]}
    aria-pressed=${pressed ?? nothing}
    title=${`${label} (${KEYS[command]})`}
    @click=${run}
  >
    ${icon(name)}<span class="word">${label}</span>${keycap(command, panel)}
  </button>`;
}

function detailsButton(match: Match, panel: Panel, whole: boolean): TemplateResult {
  const { messages, actions } = panel;
  const label = whole ? messages.less : messages.more;
  return html`<button
    type="button"
    class="act"
    part="more"
    aria-expanded=${whole}
    aria-controls="case-${match.firstStageRank}-handling"
    aria-label=${messages.actOn(label, titleOf(match))}
    aria-keyshortcuts=${KEYS.details}
    title=${`${label} (${KEYS.details})`}
    @click=${() => actions.toggle(match)}
  >
    ${label}${icon('down', whole ? 'up' : '')}${keycap('details', panel)}
  </button>`;
}

function openButton(match: Match, panel: Panel): TemplateResult {
  const { messages, actions } = panel;
  const label = messages.openCase(titleOf(match));
  const href = linkOf(match.ticket);
  const open = (event: Event) => actions.open(match, event);
  if (href === undefined) {
    return html`<button
      type="button"
      class="act open"
      part="open"
      aria-label=${label}
      aria-keyshortcuts=${KEYS.open}
      @click=${open}
    >${messages.open}${keycap('open', panel)}</button>`;
  }
  return html`<a
    class="act open"
    part="open"
    href=${href}
    target="_blank"
    rel="noopener noreferrer"
    aria-label=${label}
    aria-keyshortcuts=${KEYS.open}
    title=${messages.opensInNewTab}
    @click=${open}
    >${messages.open}${icon('out', 'mirrored')}${keycap('open', panel)}</a
  >`;
}

/** The key beside a button, for hands that are on the keyboard; it lies above the button and moves nothing. */
export function keycap(command: CaseCommand, { byKeyboard }: Panel): TemplateResult | typeof nothing {
  return byKeyboard ? html`<kbd aria-hidden="true">${KEYS[command]}</kbd>` : nothing;
}
