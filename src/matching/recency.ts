import { dayNumber, daysRange } from './days.ts';
import type { Match } from './merge.ts';

/**
 * Matches in their order of rank, but among those of one tier by score × 0.5^(age / half-life).
 * Scores, tiers and the order of the tiers stay what they are, and no match is lost.
 *
 * Nothing depends on today: to let all cases grow older by a day multiplies each of these numbers by the same factor. So
 * ages are days between the cases themselves ({@link dayNumber} of `createdAt`). A case without a date counts as of the
 * median day, neither new nor old; ties and unscored matches stay as they were.
 *
 * @param halfLifeDays days in which a case loses half its weight; anything but a positive number changes nothing.
 */
export function byRecency(matches: readonly Match[], halfLifeDays: number): readonly Match[] {
  const ranked = [...matches].sort((a, b) => a.rank - b.rank);
  if (!(halfLifeDays > 0)) return ranked;
  const known = ranked.flatMap(({ ticket }) => dayNumber(ticket.createdAt) ?? []);
  const median = daysRange(known)?.median ?? 0;
  // The logarithm to base 2, which neither a short half-life nor a long past takes to 0.
  const weight = ({ ticket, score = 0 }: Match) =>
    Math.log2(Math.max(score, Number.MIN_VALUE)) + (dayNumber(ticket.createdAt) ?? median) / halfLifeDays;
  const tiers = new Map<Match['tier'], Match[]>();
  for (const match of ranked) tiers.set(match.tier, [...(tiers.get(match.tier) ?? []), match]);
  return [...tiers]
    .flatMap(([tier, members]) => (tier === undefined ? members : sortedByFalling(members, weight)))
    .map((match, index) => ({ ...match, rank: index + 1 }));
}

function sortedByFalling<T>(items: readonly T[], weight: (item: T) => number): readonly T[] {
  return items
    .map((item) => ({ item, weight: weight(item) }))
    .sort((a, b) => (a.weight === b.weight ? 0 : b.weight > a.weight ? 1 : -1))
    .map(({ item }) => item);
}
