import { present } from '../tickets/present.ts';
import type { Material, Satisfaction, Solved, Ticket } from '../tickets/ticket.ts';
import { type CaseRef, caseRef } from './case-ref.ts';
import { dayNumber, daysRange, daysTaken } from './days.ts';
import { plain } from './likeness.ts';
import type { Match } from './merge.ts';
import { groupBySite, parsePlace } from './place.ts';

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
  /** Today, ISO 8601: the date part counts, as it is written, and so it does of the cases. See {@link localDay}. */
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
  /** By the median of days, of cases that were not left unsolved. */
  readonly fastestUnit: Insight<FastestUnit>;
  readonly days: Insight<DaysInsight>;
  /** Within their own limits, of those with known days and a limit. */
  readonly inTime: Insight<Rate>;
  /** Satisfied or fairly satisfied, of those rated: who was not asked is not dissatisfied. */
  readonly satisfaction: Insight<Rate & { readonly counts: Readonly<Record<Satisfaction, number>> }>;
  /** Wholly solved, of those with a known result. */
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

const PERIODS = [7, 30, 90] as const;
const MINIMUMS: InsightMinimums = { trend: 3, place: 3, unit: 3, days: 3, rate: 3, material: 2 };
/** From the strictest. */
const NEEDS: readonly Material['need'][] = ['required', 'later', 'waivable'];

/**
 * What the ranked matches above the low tier say together. They are what the source found and the model scored high, not
 * the whole archive: the numbers are of these. Does not depend on the matches' order in the array.
 */
export function insights(matches: readonly Match[], options: InsightOptions): Insights {
  const minimums: InsightMinimums = { ...MINIMUMS, ...present(options.minimums ?? {}) };
  const alike = matches
    .filter(({ tier }) => tier === 'high' || tier === 'medium')
    .sort((a, b) => a.rank - b.rank || a.firstStageRank - b.firstStageRank);
  return {
    cases: alike.map(caseRef),
    recent: PERIODS.map((days) => recentCases(alike, days, options.now, minimums.trend)),
    places: placeClusters(alike, options, minimums.place),
    fastestUnit: fastestUnit(alike, minimums.unit),
    days: daysInsight(alike, options.ticket, minimums.days),
    inTime: inTime(alike, minimums.rate),
    satisfaction: satisfactionRate(alike, minimums.rate),
    solved: solvedRate(alike, minimums.rate),
    materials: materialInsights(alike, minimums.material),
  };
}

function recentCases(
  alike: readonly Match[],
  days: RecentCases['days'],
  now: string,
  minimum: number,
): RecentCases {
  const recent = alike.filter((match) => isWithin(match, days, now, 0));
  const earlier = alike.filter((match) => isWithin(match, days, now, 1));
  const [cases, before] = [recent.map(caseRef), earlier.map(caseRef)];
  const difference = cases.length - before.length;
  const notable = Math.abs(difference) > Math.sqrt(cases.length + before.length);
  const direction = notable ? (difference > 0 ? 'rising' : 'falling') : 'level';
  return { days, cases, before, trend: enough([...recent, ...earlier], minimum, { direction }) };
}

/** Whether a case was received in the latest period of so many days, today included, or in one of those before. */
function isWithin({ ticket }: Match, days: number, now: string, periodsAgo: number): boolean {
  const [today, day] = [dayNumber(now), dayNumber(ticket.createdAt)];
  if (today === undefined || day === undefined || day > today) return false;
  return Math.floor((today - day) / days) === periodsAgo;
}

function placeClusters(
  alike: readonly Match[],
  { now, ticket }: InsightOptions,
  minimum: number,
): readonly PlaceCluster[] {
  // The ticket's own place comes last and is a member of its group without being counted.
  const own = alike.length;
  const places = [...alike.map((match) => match.ticket.place), ticket?.place];
  const clusters = groupBySite(places.map(parsePlace)).flatMap((indices): PlaceCluster[] => {
    const members = indices.flatMap((index) => alike[index] ?? []);
    for (const days of PERIODS) {
      const recent = members.filter((match) => isWithin(match, days, now, 0));
      const place = recent[0]?.ticket.place;
      if (place === undefined || recent.length < minimum) continue;
      return [{ place, ofTicket: indices.includes(own), days, cases: recent.map(caseRef) }];
    }
    return [];
  });
  const firstRank = ({ cases }: PlaceCluster) =>
    alike.findIndex((match) => match.firstStageRank === cases[0]?.firstStageRank);
  return clusters.sort(
    (a, b) =>
      Number(b.ofTicket) - Number(a.ofTicket) ||
      a.days - b.days ||
      b.cases.length - a.cases.length ||
      firstRank(a) - firstRank(b),
  );
}

function fastestUnit(alike: readonly Match[], minimum: number): Insights['fastestUnit'] {
  const timed = alike.filter(
    ({ ticket }) =>
      ticket.handling?.unit && ticket.handling.solved !== 'no' && daysTaken(ticket) !== undefined,
  );
  const units = [...groupBy(timed, ({ ticket }) => plain(ticket.handling?.unit ?? ''))]
    .filter((members) => members.length >= minimum)
    .map((members) => ({ members, median: rangeOf(members)?.median ?? Number.POSITIVE_INFINITY }))
    .sort((a, b) => a.median - b.median || b.members.length - a.members.length);
  const fastest = units[0];
  const unit = fastest?.members[0]?.ticket.handling?.unit;
  if (!fastest || unit === undefined || units.length < 2) {
    return { status: 'too-few', cases: timed.map(caseRef), minimum };
  }
  return {
    ...{ status: 'known', cases: fastest.members.map(caseRef) },
    ...{ unit, medianDays: fastest.median, units: units.length },
  };
}

function daysInsight(alike: readonly Match[], ticket: Ticket | undefined, minimum: number): Insights['days'] {
  const timed = alike.filter((match) => daysTaken(match.ticket) !== undefined);
  const { least = 0, median = 0, most = 0 } = rangeOf(timed) ?? {};
  return enough(timed, minimum, { least, median, most, ...present({ limit: ticket?.limitDays }) });
}

function inTime(alike: readonly Match[], minimum: number): Insights['inTime'] {
  const limited = alike.filter(
    ({ ticket }) => daysTaken(ticket) !== undefined && ticket.limitDays !== undefined,
  );
  return rate(limited, ({ ticket }) => (daysTaken(ticket) ?? 0) <= (ticket.limitDays ?? 0), minimum, {});
}

function satisfactionRate(alike: readonly Match[], minimum: number): Insights['satisfaction'] {
  const said = ({ ticket }: Match) => ticket.handling?.satisfaction;
  const counts = countsOf(['satisfied', 'fairly', 'dissatisfied', 'unrated'] as const, alike.map(said));
  const rated = alike.filter((match) => !['unrated', undefined].includes(said(match)));
  return rate(rated, (match) => said(match) !== 'dissatisfied', minimum, { counts });
}

function solvedRate(alike: readonly Match[], minimum: number): Insights['solved'] {
  const said = ({ ticket }: Match) => ticket.handling?.solved;
  const counts = countsOf(['yes', 'partly', 'no'] as const, alike.map(said));
  const known = alike.filter((match) => said(match) !== undefined);
  return rate(known, (match) => said(match) === 'yes', minimum, { counts });
}

function materialInsights(alike: readonly Match[], minimum: number): readonly MaterialInsight[] {
  const named = alike.flatMap((match) =>
    (match.ticket.handling?.materials ?? []).map((material) => ({ match, material })),
  );
  return groupBy(named, ({ material }) => plain(material.name) || material.name)
    .flatMap((mentions): MaterialInsight[] => {
      // A case that names it twice counts once, with the stricter need.
      const needs = new Map<Match, Material['need']>();
      for (const { match, material } of mentions) {
        const known = needs.get(match) ?? 'waivable';
        needs.set(match, NEEDS[Math.min(NEEDS.indexOf(known), NEEDS.indexOf(material.need))] ?? known);
      }
      const saying = (need: Material['need']) =>
        [...needs].filter(([, said]) => said === need).map(([match]) => caseRef(match));
      const [required, later, waivable] = [saying('required'), saying('later'), saying('waivable')];
      const name = mentions[0]?.material.name;
      if (name === undefined || needs.size < minimum || later.length + waivable.length === 0) return [];
      const need = [...NEEDS].sort((a, b) => saying(b).length - saying(a).length)[0] ?? 'required';
      return [{ name, need, required, later, waivable }];
    })
    .sort((a, b) => b.later.length + b.waivable.length - a.later.length - a.waivable.length);
}

function enough<T extends object>(matches: readonly Match[], minimum: number, finding: T): Insight<T> {
  const cases = matches.map(caseRef);
  return cases.length < Math.max(1, minimum)
    ? { status: 'too-few', cases, minimum }
    : { status: 'known', cases, ...finding };
}

function rate<T extends object>(
  of: readonly Match[],
  counts: (match: Match) => boolean,
  minimum: number,
  more: T,
): Insight<Rate & T> {
  const part = of.filter(counts).map(caseRef);
  return enough(of, minimum, { part, rate: part.length / of.length, ...more });
}

function rangeOf(matches: readonly Match[]) {
  return daysRange(matches.flatMap(({ ticket }) => daysTaken(ticket) ?? []));
}

function countsOf<K extends string>(
  keys: readonly K[],
  said: readonly (K | undefined)[],
): Readonly<Record<K, number>> {
  return Object.fromEntries(keys.map((key) => [key, said.filter((one) => one === key).length])) as Record<
    K,
    number
  >;
}

/** Groups in the order of their first items. */
function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): readonly (readonly T[])[] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return [...groups.values()];
}
