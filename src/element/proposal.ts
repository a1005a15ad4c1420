import type { ReactiveControllerHost } from 'lit';
import type { PlaceCluster } from '../matching/index.ts';
import type { Choices } from './choices.ts';
import { copyText } from './clipboard.ts';
import { emit } from './events.ts';
import type { LiveRegion } from './live-region.ts';
import type { LaterMessages } from './locales/later-messages.ts';

export interface ProposalParts {
  readonly host: ReactiveControllerHost &
    HTMLElement & { readonly renderRoot: DocumentFragment | HTMLElement };
  readonly ticketId: string;
  readonly choices: Choices;
  readonly live: LiveRegion;
}

/** Hands the cases of one place to the host, as one issue; where no host takes them, their ids are copied. */
export async function propose(
  cluster: PlaceCluster,
  { host, ticketId, choices, live }: ProposalParts,
  { said, saidOfProposal }: LaterMessages,
): Promise<void> {
  const { cases, days, ofTicket } = cluster;
  const ids = [...new Set(cases.map(({ id }) => id))];
  if (emit(host, 'case-cluster', { ticketId, ids, days, ofTicket })) {
    const copied = await copyText(ids.join('\n'), host.renderRoot);
    return live.say(copied ? saidOfProposal.copied(ids.length) : said.notCopied);
  }
  choices.mark(ticketId, 'proposed', clusterKey(cluster), true);
  host.requestUpdate();
  live.say(saidOfProposal.taken(ids.length));
}

/** What a cluster is remembered by: its cases, for a place is text. */
export function clusterKey({ cases }: PlaceCluster): string {
  return cases.map(({ id }) => id).join(' ');
}
