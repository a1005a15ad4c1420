/** What an agent decided about the cases of one ticket, by their ids. */
export interface TicketChoices {
  readonly rejected: ReadonlySet<string>;
  readonly linked: ReadonlySet<string>;
  readonly adopted: ReadonlySet<string>;
  /** Keys of the clusters that were proposed as one issue. */
  readonly proposed: ReadonlySet<string>;
  /** The case whose handling was copied last. */
  readonly copied: string | undefined;
}

const NONE: TicketChoices = {
  rejected: new Set(),
  linked: new Set(),
  adopted: new Set(),
  proposed: new Set(),
  copied: undefined,
};

/** Tickets whose choices are remembered: a day's work, and no more. */
const TICKETS = 200;

/**
 * What an agent decided, ticket by ticket, so that coming back to one finds it as it was left. In memory alone, by
 * ids and without any text; gone with the page or by `clear`.
 */
export class Choices {
  readonly #byTicket = new Map<string, TicketChoices>();

  of(ticketId: string): TicketChoices {
    return this.#byTicket.get(ticketId) ?? NONE;
  }

  /** Notes that a case, or a cluster by its key, is among those of a kind, or no longer. */
  mark(ticketId: string, kind: Exclude<keyof TicketChoices, 'copied'>, id: string, holds: boolean): void {
    const ids = new Set(this.of(ticketId)[kind]);
    if (holds) ids.add(id);
    else ids.delete(id);
    this.#keep(ticketId, { ...this.of(ticketId), [kind]: ids });
  }

  markCopied(ticketId: string, id: string): void {
    this.#keep(ticketId, { ...this.of(ticketId), copied: id });
  }

  forget(ticketId: string): void {
    this.#byTicket.delete(ticketId);
  }

  clear(): void {
    this.#byTicket.clear();
  }

  #keep(ticketId: string, choices: TicketChoices): void {
    this.#byTicket.delete(ticketId);
    this.#byTicket.set(ticketId, choices);
    for (const oldest of this.#byTicket.keys()) {
      if (this.#byTicket.size <= TICKETS) break;
      this.#byTicket.delete(oldest);
    }
  }
}
