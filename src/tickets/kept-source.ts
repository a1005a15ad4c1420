import { clear, createStore, promisifyRequest, type UseStore } from 'idb-keyval';
import { CaseMatcherError } from '../errors.ts';
import type { CandidateSource } from './source.ts';
import type { Ticket } from './ticket.ts';

/** Most lists that are kept: those of the tickets seen last. */
export const KEPT_LISTS = 100;
/** For how long a list is kept. */
export const KEPT_DAYS = 7;

const KEPT_MILLISECONDS = KEPT_DAYS * 24 * 60 * 60 * 1000;
/** No key of a list: these are 64 hexadecimal digits. */
const INDEX = 'index';

export interface KeptSourceOptions {
  /** Which source it is: what one has answered is never given out for another. */
  readonly name: string;
  /** Called when the list is one from before: when it was fetched, and why it could not be fetched now. */
  readonly onKept: (at: Date, error: unknown) => void;
}

interface KeptList {
  readonly at: number;
  readonly tickets: Ticket[];
}

/** Which lists there are, and of when; the oldest first. */
type Index = readonly { readonly key: string; readonly at: number }[];

/**
 * A source whose last answers are kept in IndexedDB, for when it cannot be reached: no network, no answer in time, or a
 * server error. Whoever is refused (401, 403, a login page) is not given what someone else was given before.
 *
 * Kept are past tickets, under the SHA-256 of the text and category they were found for, which itself is not stored: at
 * most {@link KEPT_LISTS} lists, for {@link KEPT_DAYS} days. Where the browser has no storage, or the page is not a secure
 * context, none are.
 */
export function keptSource(source: CandidateSource, { name, onKept }: KeptSourceOptions): CandidateSource {
  return {
    async find(ticket, options) {
      try {
        const tickets = await source.find(ticket, options);
        // Nobody waits for it, and without it the search is as good.
        keep(name, ticket, tickets).catch(() => {});
        return tickets;
      } catch (error) {
        if (options.signal.aborted || !isOutOfReach(error)) throw error;
        const kept = await recall(name, ticket).catch(() => undefined);
        if (kept === undefined) throw error;
        if (!options.signal.aborted) onKept(new Date(kept.at), error);
        return kept.tickets.slice(0, options.limit);
      }
    },
  };
}

/** Forgets all lists that {@link keptSource} has kept on this origin. Rejects with the browser's own error. */
export async function clearKeptCandidates(): Promise<void> {
  if (typeof indexedDB !== 'undefined') await clear(opened());
}

async function keep(name: string, ticket: Ticket, tickets: Ticket[]): Promise<void> {
  const key = await keyOf(name, ticket);
  if (key === undefined) return;
  const at = Date.now();
  await opened()('readwrite', async (store) => {
    const others = (await indexOf(store)).filter((entry) => entry.key !== key);
    const index = [...others, { key, at }];
    const current = index.filter((entry) => isCurrent(entry.at)).slice(-KEPT_LISTS);
    for (const entry of index) if (!current.includes(entry)) store.delete(entry.key);
    const list: KeptList = { at, tickets };
    store.put(list, key);
    store.put(current, INDEX);
    await promisifyRequest(store.transaction);
  });
}

async function recall(name: string, ticket: Ticket): Promise<KeptList | undefined> {
  const key = await keyOf(name, ticket);
  if (key === undefined) return undefined;
  const list = await opened()('readonly', (store) =>
    promisifyRequest(store.get(key) as IDBRequest<KeptList | undefined>),
  );
  return list !== undefined && isCurrent(list.at) ? list : undefined;
}

async function indexOf(store: IDBObjectStore): Promise<Index> {
  return (await promisifyRequest(store.get(INDEX) as IDBRequest<Index | undefined>)) ?? [];
}

/** A clock that was set back must not make a list last longer. */
function isCurrent(at: number): boolean {
  return Math.abs(Date.now() - at) < KEPT_MILLISECONDS;
}

/** `undefined` where the browser cannot hash: a page that is not a secure context. */
async function keyOf(name: string, { text, title, category }: Ticket): Promise<string | undefined> {
  const subtle: SubtleCrypto | undefined = globalThis.crypto?.subtle;
  if (subtle === undefined) return undefined;
  const query = new TextEncoder().encode(JSON.stringify([name, text, title, category]));
  const digest = new Uint8Array(await subtle.digest('SHA-256', query));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** `fetch` itself rejects with a TypeError: so does a host's own source that uses it. */
function isOutOfReach(error: unknown): boolean {
  if (!(error instanceof CaseMatcherError)) return error instanceof TypeError;
  if (error.code === 'http') return Number(error.details['status']) >= 500;
  return error.code === 'network' || error.code === 'timeout';
}

let store: UseStore | undefined;

function opened(): UseStore {
  store ??= createStore('case-matcher-candidates', 'keyval');
  return store;
}
