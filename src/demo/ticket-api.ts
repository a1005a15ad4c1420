import type { CaseMatcherElement } from '../element/index.ts';

/** A ticket as the tag wants it, which is also how this desk's API serves it. */
export type Ticket = NonNullable<CaseMatcherElement['ticket']>;

/** Where this desk keeps the queue that it fetched last. */
const KEPT = 'desk';

/** The open tickets; those fetched last where the ticket system cannot be reached. */
export async function fetchQueue(): Promise<{ tickets: Ticket[]; kept: boolean }> {
  const url = './api/tickets';
  // Only a secure context has them, and not every browser lets one in.
  const kept = await globalThis.caches?.open(KEPT).catch(() => undefined);
  const response = await fetch(url).catch(() => undefined);
  if (response?.ok) await kept?.put(url, response.clone()).catch(() => {});
  const answer = response ?? (await kept?.match(url));
  if (!answer?.ok) throw new Error(`The ticket API answered ${answer?.status ?? 'nothing'}`);
  const { tickets } = (await answer.json()) as { tickets: Ticket[] };
  return { tickets, kept: response === undefined };
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
