import { csv } from './csv.ts';
import { localDay } from './days.ts';
import type { Match } from './merge.ts';
import type { Tier } from './tiers.ts';

/**
 * What can be done with matches. `shown` and `generalised` are done by the panel, all others by people; `explored` is to
 * look at more than the cards: numbers, the tree, or the other cases.
 */
export const USAGE_ACTS = [
  'shown',
  'opened',
  'expanded',
  'copied',
  'adopted',
  'linked',
  'not-relevant',
  'refreshed',
  'generalised',
  'explored',
] as const;
export type UsageAct = (typeof USAGE_ACTS)[number];

/** One act. Ids, numbers and times; never text. */
export interface UsageRecord {
  readonly act: UsageAct;
  /** Local time with its offset, ISO 8601: `2026-11-25T09:30:00+08:00`. */
  readonly at: string;
  /** Of the ticket on screen; empty where it has none. */
  readonly ticketId: string;
  /** Model that scored, absent where none did. */
  readonly model?: string;
  /** Present where the panel only watched, and people saw nothing of it. */
  readonly unseen?: true;
  /** The cases acted upon: all that are shown, one for most acts, none for `refreshed`. */
  readonly cases: readonly UsageCase[];
}

export interface UsageCase {
  readonly id: string;
  /** In the order shown, from 1. */
  readonly rank: number;
  readonly score?: number;
  readonly tier?: Tier;
}

export interface UsageAbout {
  readonly ticketId: string;
  readonly matches?: readonly Match[];
  readonly model?: string;
  readonly unseen?: boolean;
  readonly at: Date;
}

/** Longer ones are no ids but perhaps text. */
const LONGEST_ID = 64;
const TIERS: readonly Tier[] = ['high', 'medium', 'low'];

/** The record of an act. Ids of more than 64 characters are no ids and are left empty. */
export function usageRecord(
  act: UsageAct,
  { ticketId, matches = [], model, unseen, at }: UsageAbout,
): UsageRecord {
  return {
    act,
    at: localTime(at),
    ticketId: idOf(ticketId),
    ...(model ? { model: idOf(model) } : {}),
    ...(unseen ? { unseen } : {}),
    cases: matches.map(({ ticket, rank, score, tier }) => ({
      id: idOf(ticket.id),
      rank,
      ...(score === undefined ? {} : { score }),
      ...(tier === undefined ? {} : { tier }),
    })),
  };
}

/** An untrusted value (what a store gives back) as a record; undefined where it is none. Takes over no other field. */
export function parseUsageRecord(value: unknown): UsageRecord | undefined {
  const { act, at, ticketId, model, unseen, cases } = fieldsOf(value);
  const known = USAGE_ACTS.find((one) => one === act);
  if (known === undefined || typeof at !== 'string' || !/^\d{4}-\d\d-\d\dT[\d:]{8}[+-]\d\d:\d\d$/.test(at))
    return undefined;
  if (typeof ticketId !== 'string' || !Array.isArray(cases)) return undefined;
  return {
    act: known,
    at,
    ticketId: idOf(ticketId),
    ...(typeof model === 'string' && model !== '' ? { model: idOf(model) } : {}),
    ...(unseen === true ? { unseen } : {}),
    cases: cases.flatMap((one) => caseOf(one) ?? []),
  };
}

/** Counts of a day. Tickets count once a day each; tickets without an id cannot be told apart and count as one. */
export interface UsageDay {
  /** `YYYY-MM-DD`, as the records state it. */
  readonly day: string;
  /** Tickets for which cases were shown. */
  readonly shown: number;
  /** Of these, tickets of which a case was opened or expanded. */
  readonly opened: number;
  /** Of these, tickets of which a case was adopted, copied or linked. */
  readonly adopted: number;
  /** `opened / shown`, 0…1; absent where nothing was shown. */
  readonly openedRate?: number;
  /** 坐席复用率: `adopted / shown`. */
  readonly adoptedRate?: number;
  /** How often each was done. */
  readonly acts: Readonly<Record<UsageAct, number>>;
}

/** Records counted by day, oldest day first. Does not depend on their order. */
export function usageByDay(records: readonly UsageRecord[]): readonly UsageDay[] {
  const days = new Map<string, UsageRecord[]>();
  for (const record of records) {
    const day = record.at.slice(0, 10);
    const known = days.get(day);
    if (known) known.push(record);
    else days.set(day, [record]);
  }
  return [...days].sort(([a], [b]) => (a < b ? -1 : 1)).map(([day, ofDay]) => countDay(day, ofDay));
}

/**
 * Every record as CSV, a line for each case of an act, in the order given; see {@link csv} for what is done about
 * formulas, which an id may begin like.
 */
export function usageCsv(records: readonly UsageRecord[]): string {
  const header = ['at', 'act', 'ticket', 'case', 'rank', 'score', 'tier', 'model'];
  const lines = records.flatMap(({ at, act, ticketId, model, cases }) =>
    (cases.length > 0 ? cases : [undefined]).map((one) => [
      ...[at, act, ticketId, one?.id, one?.rank],
      ...[one?.score === undefined ? undefined : Math.round(one.score * 1e4) / 1e4, one?.tier, model],
    ]),
  );
  return csv([header, ...lines]);
}

/** The days as CSV; rates with four decimals. */
export function usageDaysCsv(days: readonly UsageDay[]): string {
  const header = [
    'day',
    'shown',
    'opened',
    'adopted',
    'opened_rate',
    'adopted_rate',
    ...USAGE_ACTS.map((act) => `acts_${act}`),
  ];
  const rounded = (rate: number | undefined) =>
    rate === undefined ? undefined : Math.round(rate * 1e4) / 1e4;
  const lines = days.map((day) => [
    ...[day.day, day.shown, day.opened, day.adopted, rounded(day.openedRate), rounded(day.adoptedRate)],
    ...USAGE_ACTS.map((act) => day.acts[act]),
  ]);
  return csv([header, ...lines]);
}

/** Whether people did it. */
export function isByPeople(act: UsageAct): boolean {
  return act !== 'shown' && act !== 'generalised';
}

/** So long nobody does anything with the cases before they count as unused. */
const UNUSED_DAYS = 21;
/** They must have been shown on as many of these days: two weeks of work, so that nobody new is judged. */
const DAYS_SHOWN = 10;

/** The first day that {@link isUnused} looks at, `YYYY-MM-DD`. */
export function unusedSince(today: string): string {
  return new Date(Date.parse(`${today}T00:00:00Z`) - (UNUSED_DAYS - 1) * 86_400_000)
    .toISOString()
    .slice(0, 10);
}

/**
 * Whether in the last 21 days, today (`YYYY-MM-DD`) included, people were shown cases on ten days or more, and on none did
 * anyone do anything with them. Does not depend on the records' order.
 */
export function isUnused(records: readonly UsageRecord[], today: string): boolean {
  const since = unusedSince(today);
  const recent = records.filter(({ at }) => at.slice(0, 10) >= since && at.slice(0, 10) <= today);
  const shown = recent.filter(({ act, unseen }) => act === 'shown' && !unseen);
  return (
    !recent.some(({ act }) => isByPeople(act)) &&
    new Set(shown.map(({ at }) => at.slice(0, 10))).size >= DAYS_SHOWN
  );
}

function countDay(day: string, records: readonly UsageRecord[]): UsageDay {
  const tickets = (...acts: UsageAct[]) =>
    new Set(records.filter(({ act }) => acts.includes(act)).map(({ ticketId }) => ticketId));
  const shown = tickets('shown');
  const ofShown = (...acts: UsageAct[]) => [...tickets(...acts)].filter((id) => shown.has(id)).length;
  const opened = ofShown('opened', 'expanded');
  const adopted = ofShown('adopted', 'copied', 'linked');
  const counts = USAGE_ACTS.map((name) => [name, records.filter(({ act }) => act === name).length]);
  return {
    ...{ day, shown: shown.size, opened, adopted },
    ...(shown.size === 0 ? {} : { openedRate: opened / shown.size, adoptedRate: adopted / shown.size }),
    acts: Object.fromEntries(counts) as Record<UsageAct, number>,
  };
}

function caseOf(value: unknown): UsageCase | undefined {
  const { id, rank, score, tier } = fieldsOf(value);
  if (typeof id !== 'string' || typeof rank !== 'number') return undefined;
  const known = TIERS.find((one) => one === tier);
  return {
    id: idOf(id),
    rank,
    ...(typeof score === 'number' ? { score } : {}),
    ...(known === undefined ? {} : { tier: known }),
  };
}

function idOf(id: string): string {
  return id.length > LONGEST_ID ? '' : id;
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

/** ISO 8601 in the local time zone, to the second. */
function localTime(date: Date): string {
  const two = (value: number) => String(Math.floor(Math.abs(value))).padStart(2, '0');
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
  const offset = -date.getTimezoneOffset();
  return `${localDay(date)}T${time}${offset < 0 ? '-' : '+'}${two(offset / 60)}:${two(offset % 60)}`;
}
