import type { CaseMatcherElement } from '../element/index.ts';

/** A ticket as the tag wants it, which is also how this desk's API serves it. */
export type Ticket = NonNullable<CaseMatcherElement['ticket']>;

/** The open tickets. */
export async function fetchQueue(): Promise<Ticket[]> {
  const answer = (await fetchJson('./api/tickets')) as { tickets: Ticket[] };
  return answer.tickets;
}

/** One ticket, open or past; undefined where there is none of this id. */
export async function fetchTicket(id: string): Promise<Ticket | undefined> {
  try {
    return (await fetchJson(`./api/tickets/${encodeURIComponent(id)}`)) as Ticket;
  } catch {
    return undefined;
  }
}

async function fetchJson(url: string): Promise<unknown> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`The ticket API answered ${response.status}`);
  return response.json();
}
