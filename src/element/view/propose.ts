import { html, type TemplateResult } from 'lit';
import type { PlaceCluster } from '../../matching/index.ts';
import { clusterKey } from '../proposal.ts';
import { icon } from './icons.ts';
import type { LaterPanel } from './model.ts';

/** Hands the cases of one place to the host, as one issue. `label` says which cases, for who hears the button alone. */
export function proposeButton(
  cluster: PlaceCluster,
  label: string,
  { messages, choices, actions }: LaterPanel,
): TemplateResult {
  const proposed = choices.proposed.has(clusterKey(cluster));
  const words = proposed ? messages.proposed : messages.propose;
  return html`<button
    type="button"
    class="act"
    part="act propose"
    aria-label=${messages.actOn(words, `${label} ${messages.cases(cluster.cases.length)}`)}
    @click=${() => actions.propose(cluster)}
  >${icon(proposed ? 'yes' : 'link')}${words}</button>`;
}
