import { wellFormed } from '../well-formed.ts';
import { present } from './present.ts';
import type { Handling, HandlingStep, Material, Satisfaction, Solved, Ticket } from './ticket.ts';

const SOLVED: readonly Solved[] = ['yes', 'partly', 'no'];
const SATISFACTION: readonly Satisfaction[] = ['satisfied', 'fairly', 'dissatisfied', 'unrated'];
const NEEDS: readonly Material['need'][] = ['required', 'waivable', 'later'];
const LIST_FIELDS = ['tickets', 'items', 'results', 'data'];
/** Date, or date and time with or without offset and fractions of a second. */
const ISO_8601 = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/;

/**
 * An untrusted value (an API answer, a host's object) as a `Ticket`. Fields of a wrong type are left out, as are
 * dates that are not ISO 8601 and links that are not http(s). A numeric id becomes a string; a missing text is
 * replaced by the title. Without id, or without both text and title, there is no ticket: `undefined`. Never throws
 * on JSON values.
 */
export function parseTicket(value: unknown): Ticket | undefined {
  const id = idOf(field(value, 'id'));
  const title = textOf(field(value, 'title'));
  const text = textOf(field(value, 'text')) ?? title;
  if (id === undefined || text === undefined) return undefined;
  return present({
    id,
    text,
    title,
    category: nonEmpty(listOf(field(value, 'category'), textOf)),
    place: textOf(field(value, 'place')),
    createdAt: dateOf(field(value, 'createdAt')),
    limitDays: countOf(field(value, 'limitDays')),
    handling: handlingOf(field(value, 'handling')),
    url: linkOf(field(value, 'url')),
  });
}

/** Every ticket in an untrusted answer, in its order; whatever is none is left out. See {@link findList}. */
export function parseTickets(value: unknown): Ticket[] {
  return listOf(findList(value), parseTicket);
}

/**
 * The list in an API answer: the answer itself, its field `tickets`, `items`, `results` or `data`, or the sources
 * of Elasticsearch's `hits.hits`. `undefined` where there is none.
 */
export function findList(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value;
  for (const name of LIST_FIELDS) {
    const list = field(value, name);
    if (Array.isArray(list)) return list;
  }
  const hits = field(field(value, 'hits'), 'hits');
  return Array.isArray(hits) ? hits.map(sourceOf) : undefined;
}

function sourceOf(hit: unknown): unknown {
  const source = field(hit, '_source');
  return isObject(source) ? { id: field(hit, '_id'), ...source } : undefined;
}

function handlingOf(value: unknown): Handling | undefined {
  const handling: Handling = present({
    unit: textOf(field(value, 'unit')),
    contact: textOf(field(value, 'contact')),
    steps: nonEmpty(listOf(field(value, 'steps'), stepOf)),
    closedAt: dateOf(field(value, 'closedAt')),
    days: countOf(field(value, 'days')),
    reply: textOf(field(value, 'reply')),
    solved: oneOf(SOLVED, field(value, 'solved')),
    satisfaction: oneOf(SATISFACTION, field(value, 'satisfaction')),
    materials: nonEmpty(listOf(field(value, 'materials'), materialOf)),
  });
  return Object.keys(handling).length === 0 ? undefined : handling;
}

function stepOf(value: unknown): HandlingStep | undefined {
  const action = textOf(field(value, 'action'));
  if (action === undefined) return undefined;
  return present({ at: dateOf(field(value, 'at')), actor: textOf(field(value, 'actor')), action });
}

function materialOf(value: unknown): Material | undefined {
  const name = textOf(field(value, 'name'));
  const need = oneOf(NEEDS, field(value, 'need'));
  return name === undefined || need === undefined ? undefined : { name, need };
}

function idOf(value: unknown): string | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : textOf(value);
}

function textOf(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const text = wellFormed(value).replace(/\0/g, '');
  return text.trim() === '' ? undefined : text;
}

function dateOf(value: unknown): string | undefined {
  return typeof value === 'string' && ISO_8601.test(value) && !Number.isNaN(Date.parse(value))
    ? value
    : undefined;
}

function countOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}

/** Relative links are resolved by the page, against an address that is http(s) itself. */
function linkOf(value: unknown): string | undefined {
  const link = textOf(value);
  if (link === undefined) return undefined;
  try {
    return /^https?:$/.test(new URL(link, 'http://page.invalid/').protocol) ? link : undefined;
  } catch {
    return undefined;
  }
}

function oneOf<T extends string>(choices: readonly T[], value: unknown): T | undefined {
  return choices.find((choice) => choice === value);
}

function listOf<T>(value: unknown, parse: (item: unknown) => T | undefined): T[] {
  const list: T[] = [];
  if (!Array.isArray(value)) return list;
  for (const item of value) {
    const parsed = parse(item);
    if (parsed !== undefined) list.push(parsed);
  }
  return list;
}

function nonEmpty<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** An own property only: what `Object.prototype` holds is nobody's ticket. */
function field(value: unknown, name: string): unknown {
  return isObject(value) ? Object.getOwnPropertyDescriptor(value, name)?.value : undefined;
}
