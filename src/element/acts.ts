import type { ReactiveControllerHost } from 'lit';
import type { Match, PlaceCluster } from '../matching/index.ts';
import type { Choices } from './choices.ts';
import { copyText } from './clipboard.ts';
import type { Deeper } from './depth.ts';
import { aboutCase, type CaseActDetail, emit } from './events.ts';
import type { LiveRegion } from './live-region.ts';
import { messagesFor } from './locales/index.ts';
import type { Search } from './search.ts';
import type { Usage } from './usage.ts';
import { disposalOf, linkOf } from './view/format.ts';

type Host = ReactiveControllerHost & HTMLElement & { readonly renderRoot: DocumentFragment | HTMLElement };

interface Parts {
  readonly choices: Choices;
  readonly live: LiveRegion;
  readonly search: Search;
  readonly usage: Usage;
}

/** What an agent can do with cases. Each act is one event of ids and scores, a note of it, and a word for who listens. */
export class Acts {
  readonly #host: Host;
  readonly #parts: Parts;

  constructor(host: Host, parts: Parts) {
    this.#host = host;
    this.#parts = parts;
  }

  /** Hands the handling of a case to the host; where no host takes it, it is copied. */
  async adopt(match: Match): Promise<void> {
    const { choices, live } = this.#parts;
    const { ticket } = match;
    const words = messagesFor(this.#host).said;
    const taken = !emit(this.#host, 'case-adopt', { ...this.#about(match), case: ticket });
    this.#parts.usage.count('adopted', [match]);
    choices.mark(this.#ticketId, 'adopted', ticket.id, true);
    this.#host.requestUpdate();
    if (taken) live.say(words.adopted(ticket.id));
    else live.say((await this.#toClipboard(match)) ? words.adoptedByCopy(ticket.id) : words.notCopied);
  }

  async copy(match: Match): Promise<void> {
    const words = messagesFor(this.#host).said;
    if (!(await this.#toClipboard(match))) return this.#parts.live.say(words.notCopied);
    this.#parts.choices.markCopied(this.#ticketId, match.ticket.id);
    this.#parts.usage.count('copied', [match]);
    emit(this.#host, 'case-copy', this.#about(match));
    this.#host.requestUpdate();
    this.#parts.live.say(words.copied(match.ticket.id));
  }

  link(match: Match): void {
    const { choices, live } = this.#parts;
    const { id } = match.ticket;
    const linked = !choices.of(this.#ticketId).linked.has(id);
    choices.mark(this.#ticketId, 'linked', id, linked);
    if (linked) this.#parts.usage.count('linked', [match]);
    emit(this.#host, 'case-link', { ...this.#about(match), linked });
    this.#host.requestUpdate();
    const words = messagesFor(this.#host).said;
    live.say(linked ? words.linked(id) : words.unlinked(id));
  }

  reject(match: Match, rejected: boolean): void {
    const { choices, live } = this.#parts;
    const { id } = match.ticket;
    choices.mark(this.#ticketId, 'rejected', id, rejected);
    if (rejected) this.#parts.usage.count('not-relevant', [match]);
    emit(this.#host, 'case-reject', { ...this.#about(match), rejected });
    this.#host.requestUpdate();
    const words = messagesFor(this.#host).said;
    live.say(rejected ? words.rejected(id) : words.restored(id));
  }

  /** The link itself opens the case, so that a middle click or a modifier key works as anywhere. */
  open(match: Match, event: Event): void {
    this.#parts.usage.count('opened', [match]);
    const url = linkOf(match.ticket);
    const detail = { ...this.#about(match), case: match.ticket, ...(url === undefined ? {} : { url }) };
    if (!emit(this.#host, 'case-open', detail)) event.preventDefault();
  }

  expand(match: Match): void {
    this.#parts.usage.count('expanded', [match]);
    emit(this.#host, 'case-expand', this.#about(match));
  }

  /** Someone looks at more than the cards. */
  explore(): void {
    this.#parts.usage.count('explored');
  }

  contact(match: Match): void {
    emit(this.#host, 'case-contact', this.#about(match));
  }

  propose(cluster: PlaceCluster, { propose }: Deeper): void {
    const parts = { ...this.#parts, host: this.#host, ticketId: this.#ticketId };
    propose(cluster, parts, messagesFor(this.#host));
  }

  get #ticketId(): string {
    return this.#parts.search.ticket?.id ?? '';
  }

  #toClipboard({ ticket }: Match): Promise<boolean> {
    return copyText(disposalOf(ticket), this.#host.renderRoot);
  }

  #about(match: Match): CaseActDetail {
    return aboutCase(this.#ticketId, match);
  }
}
