import type { Match } from './merge.ts';
import type { Tier } from './tiers.ts';

/** What can be done with matches. `shown` is done by the panel, all others by people. */
export type UsageAct =
  | 'shown'
  | 'opened'
  | 'expanded'
  | 'copied'
  | 'adopted'
  | 'linked'
  | 'not-relevant'
  | 'refreshed'
  | 'generalised';

/** One act. Ids, numbers and times; never text. */
export interface UsageRecord {
  readonly act: UsageAct;
  /** Local time with its offset, ISO 8601: `2026-11-25T09:30:00+08:00`. */
  readonly at: string;
  /** Of the ticket on screen; empty where it has none. */
  readonly ticketId: string;
  /** Model that scored, absent where none did. */
  readonly model?: string;
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
  readonly at: Date;
}

/** The record of an act. Ids longer than 64 characters are no ids and are left empty. */
export declare function usageRecord(act: UsageAct, about: UsageAbout): UsageRecord;

/** Counts of a day: of tickets, each counted once a day, and of all acts. */
export interface UsageDay {
  /** `YYYY-MM-DD`, as the records state it. */
  readonly day: string;
  /** Tickets for which cases were shown. */
  readonly shown: number;
  /** Of these, tickets of which a case was opened or expanded. */
  readonly opened: number;
  /** Of these, tickets of which a case was adopted or copied. */
  readonly adopted: number;
  /** `opened / shown`, 0…1; absent where nothing was shown. */
  readonly openedRate?: number;
  /** 坐席复用率: `adopted / shown`. */
  readonly adoptedRate?: number;
  readonly acts: Readonly<Record<UsageAct, number>>;
}

/** Records counted by day, oldest day first. Does not depend on their order. */
export declare function usageByDay(records: readonly UsageRecord[]): readonly UsageDay[];

/**
 * Every record as CSV (RFC 4180, CRLF, with a byte order mark for Excel), a line for each case of an act. Cells that a
 * spreadsheet would take for a formula are preceded by an apostrophe.
 */
export declare function usageCsv(records: readonly UsageRecord[]): string;

/** The days as CSV. */
export declare function usageDaysCsv(days: readonly UsageDay[]): string;
