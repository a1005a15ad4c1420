import type { PropertyDeclarations } from 'lit';
import type { Thresholds } from '../matching/index.ts';
import { sameItems, sameTicket } from './sources.ts';

/**
 * The properties of `<case-matcher>` as Lit knows them. What frameworks build anew on every render is compared by
 * what it says; functions and objects that do something, by identity.
 */
export const properties: PropertyDeclarations = {
  ticket: { attribute: false, hasChanged: (next, old) => !sameTicket(next, old) },
  ticketId: { attribute: 'ticket-id' },
  query: {},
  api: {},
  ticketApi: { attribute: 'ticket-api' },
  source: { attribute: false },
  candidates: { attribute: false, hasChanged: (next, old) => !sameItems(next, old) },
  keepCandidates: { type: Boolean, attribute: 'keep-candidates' },
  model: {},
  modelHost: { attribute: 'model-host' },
  device: {},
  idleSeconds: { type: Number, attribute: 'idle-seconds' },
  limit: { type: Number },
  top: { type: Number },
  halfLifeDays: { type: Number, attribute: 'half-life-days' },
  theme: { reflect: true },
  mode: { reflect: true },
  loading: {},
  shortcut: {},
  usage: {},
  instruction: {},
  generalise: { converter: (value: string | null) => (value === null ? undefined : value !== 'off') },
  lexicon: { attribute: false },
  ranker: { attribute: false },
  thresholds: {
    attribute: false,
    hasChanged: (next?: Thresholds, old?: Thresholds) =>
      next?.high !== old?.high || next?.medium !== old?.medium,
  },
};

/** Those that only change how a search looks. Each of the others makes a new one. */
export const LOOKS: ReadonlySet<PropertyKey> = new Set(['top', 'theme', 'mode', 'shortcut', 'usage']);

/** A count that a host may leave out, or set to nonsense. */
export function count(wanted: number | undefined, otherwise: number): number {
  return wanted !== undefined && wanted >= 1 ? Math.floor(wanted) : otherwise;
}
