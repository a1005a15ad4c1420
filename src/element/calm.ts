import type { Match } from '../matching/index.ts';
import type { PanelState } from './view/model.ts';

/**
 * The same news in the order that is on screen: for a list that someone points at or reads, which must not move
 * under the hand. Ranks stay true.
 */
function inShownOrder(next: readonly Match[], shown: readonly Match[]): readonly Match[] {
  const place = new Map(shown.map(({ firstStageRank }, index) => [firstStageRank, index]));
  const placeOf = (match: Match) => place.get(match.firstStageRank) ?? shown.length;
  return [...next].sort((a, b) => placeOf(a) - placeOf(b));
}

/** What a state's list looks like: rows while the first scores come, then cards. */
function lookOf(state: PanelState): 'rows' | 'cards' | 'none' {
  if (state.phase === 'ranking') return state.refined === undefined ? 'rows' : 'cards';
  return state.phase === 'widening' || state.phase === 'ranked' ? 'cards' : 'none';
}

/** What is on screen of a search: what is known of it, but re-ordered only where nobody holds the list. */
export class ShownState {
  #known: PanelState = { phase: 'idle' };
  #shown: PanelState = { phase: 'idle' };
  #held = false;

  get state(): PanelState {
    return this.#shown;
  }

  show(next: PanelState): void {
    // A list that is gone can no longer say that the pointer left it.
    if (lookOf(next) !== lookOf(this.#shown)) this.#held = false;
    this.#known = next;
    const shown = this.#shown;
    const movable = 'matches' in next && 'matches' in shown;
    this.#shown =
      this.#held && movable ? { ...next, matches: inShownOrder(next.matches, shown.matches) } : next;
  }

  /** Another search takes the place of the one on screen: its list is a new one and has no places to keep. */
  begin(state: PanelState): void {
    if (lookOf(state) !== lookOf(this.#shown)) this.#held = false;
    this.#known = state;
    this.#shown = state;
  }

  /** The pointer or the focus is on the list, or left it. */
  hold(held: boolean): void {
    this.#held = held;
    if (!held) this.show(this.#known);
  }
}
