import type { Material, Satisfaction, Solved, Ticket } from '../tickets/ticket.ts';
import type { CaseRef } from './case-ref.ts';
import type { Match } from './merge.ts';

/**
 * A finding, or why there is none: no insight is made of too few cases. `cases` are those that it was made of, or that
 * would have counted.
 */
export type Insight<T> =
  | ({ readonly status: 'known'; readonly cases: readonly CaseRef[] } & T)
  | {
      readonly status: 'too-few';
      readonly cases: readonly CaseRef[];
      /** How many would be needed. */
      readonly minimum: number;
    };

/** Fewest cases for each kind of insight. */
export interface InsightMinimums {
  /** Dated cases in both periods together, for a trend. Default 3. */
  readonly trend: number;
  /** Cases at one place. Default 3. */
  readonly place: number;
  /** Cases of a unit with known days. Default 3; two such units are needed to call one the fastest. */
  readonly unit: number;
  /** Cases with known days, for a median. Default 3. */
  readonly days: number;
  /** Rated cases (or cases with a known result), for a rate. Default 3. */
  readonly rate: number;
  /** Cases that name a material. Default 2. */
  readonly material: number;
}

export interface InsightOptions {
  /** Today, ISO 8601: the date part counts, as it is written. See {@link localDay}. */
  readonly now: string;
  /** The ticket on screen: its limit, and its place. */
  readonly ticket?: Ticket;
  readonly minimums?: Partial<InsightMinimums>;
}

export interface Insights {
  /** All that was considered: every match of tier high or medium. */
  readonly cases: readonly CaseRef[];
  /** For 7, 30 and 90 days, today included. */
  readonly recent: readonly RecentCases[];
  /** The ticket's own place first, then those with more cases. Of each the shortest period that reaches the minimum. */
  readonly places: readonly PlaceCluster[];
  readonly fastestUnit: Insight<FastestUnit>;
  readonly days: Insight<DaysInsight>;
  readonly inTime: Insight<Rate>;
  readonly satisfaction: Insight<Rate & { readonly counts: Readonly<Record<Satisfaction, number>> }>;
  readonly solved: Insight<Rate & { readonly counts: Readonly<Record<Solved, number>> }>;
  /** Materials that some case could do without or hand in later, those of more cases first; often empty. */
  readonly materials: readonly MaterialInsight[];
}

/** Similar cases of the last `days` days, whatever their number; the trend alone needs a minimum. */
export interface RecentCases {
  readonly days: 7 | 30 | 90;
  readonly cases: readonly CaseRef[];
  /** Those of as many days before. */
  readonly before: readonly CaseRef[];
  /**
   * `rising` and `falling` where the two numbers differ by more than the square root of their sum (the standard
   * deviation of the difference of two Poisson counts), else `level`.
   */
  readonly trend: Insight<{ readonly direction: 'rising' | 'falling' | 'level' }>;
}

/** "同一地点 7 天内 5 件". */
export interface PlaceCluster {
  /** As the best match among its cases writes it. */
  readonly place: string;
  /** Whether it is the place of the ticket on screen, which is not counted. */
  readonly ofTicket: boolean;
  readonly days: 7 | 30 | 90;
  readonly cases: readonly CaseRef[];
}

export interface FastestUnit {
  readonly unit: string;
  readonly medianDays: number;
  /** How many units were compared. */
  readonly units: number;
}

export interface DaysInsight {
  readonly median: number;
  readonly least: number;
  readonly most: number;
  /** What the ticket on screen may take. Working days by definition, while the archive's days are calendar days. */
  readonly limit?: number;
}

/** A share with its denominator: `part` of all `cases` of the insight. */
export interface Rate {
  readonly part: readonly CaseRef[];
  /** `part` / `cases`, 0…1. */
  readonly rate: number;
}

export interface MaterialInsight {
  readonly name: string;
  /** Cases in which it could be waived (容缺). */
  readonly waivable: readonly CaseRef[];
  /** Cases in which it could be supplied later. */
  readonly later: readonly CaseRef[];
  /** Cases in which it was required at once. */
  readonly required: readonly CaseRef[];
  /** What most cases say, the stricter where they are even. */
  readonly need: Material['need'];
}

/** What the ranked matches above the low tier say together. Does not depend on their order in the array. */
export declare function insights(matches: readonly Match[], options: InsightOptions): Insights;

/** The calendar day of a moment in the local time zone, `YYYY-MM-DD`: what `InsightOptions.now` wants. */
export declare function localDay(date: Date): string;
