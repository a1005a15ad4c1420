import type { Match, MatchState } from '../matching/index.ts';

/**
 * The same news in the order that is on screen: for a list that someone points at or reads, which must not move
 * under the hand. Ranks stay true.
 */
function inShownOrder(next: readonly Match[], shown: readonly Match[]): readonly Match[] {
  const place = new Map(shown.map(({ firstStageRank }, index) => [firstStageRank, index]));
  const placeOf = (match: Match) => place.get(match.firstStageRank) ?? shown.length;
  return [...next].sort((a, b) => placeOf(a) - placeOf(b));
}

/** `next` as it may be shown after `shown`: re-ordered only where nobody holds the list. */
export function calmed(next: MatchState, shown: { readonly phase: string }, held: boolean): MatchState {
  if (!held || next.phase !== 'ranking' || shown.phase !== 'ranking') return next;
  return { ...next, matches: inShownOrder(next.matches, (shown as typeof next).matches) };
}
