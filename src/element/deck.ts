import type { FoldedMatch, Match } from '../matching/index.ts';
import type { Choices, TicketChoices } from './choices.ts';
import { count } from './properties.ts';
import type { Search } from './search.ts';
import type { PanelState } from './view/model.ts';

/** The cases on screen: what the search found, near-duplicates folded, and without what was found not relevant. */
export class Deck {
  readonly #host: { readonly top: number | undefined };
  readonly #search: Search;
  readonly #choices: Choices;
  #fold: Fold = (matches) =>
    [...matches].sort((a, b) => a.rank - b.rank).map((match) => ({ match, folded: [] }));
  #arranged: { readonly from: readonly unknown[]; readonly cases: readonly FoldedMatch[] } | undefined;

  constructor(host: { readonly top: number | undefined }, search: Search, choices: Choices) {
    this.#host = host;
    this.#search = search;
    this.#choices = choices;
  }

  get choices(): TicketChoices {
    return this.#choices.of(this.#search.ticket?.id ?? '');
  }

  /** To be awaited before there are cases: what folds them is a file of its own. Without it none are folded. */
  async prepare(): Promise<void> {
    const module = await import('./arranging.ts').catch(() => undefined);
    if (module) this.#fold = module.foldNearDuplicates;
  }

  /** All that the search found, in its order. */
  get known(): readonly Match[] {
    const { state } = this.#search;
    return 'matches' in state ? state.matches : [];
  }

  /** All cases on screen, in the order on screen, numbered anew. */
  get cases(): readonly FoldedMatch[] {
    const from = [this.known, this.choices];
    if (this.#arranged?.from.every((part, index) => part === from[index])) return this.#arranged.cases;
    const cases = areCards(this.#search.state)
      ? arranged(this.#fold(this.known), this.known, this.choices)
      : this.known.map((match) => ({ match, folded: [] }));
    this.#arranged = { from, cases };
    return cases;
  }

  /** Those drawn as cards; none while they are but a list. */
  get cards(): readonly FoldedMatch[] {
    return areCards(this.#search.state) ? this.cases.slice(0, count(this.#host.top, 3)) : [];
  }

  /** What the cards will be for a search that came to its end. */
  cardsOf(matches: readonly Match[]): readonly Match[] {
    const cases = arranged(this.#fold(matches), matches, this.choices);
    return cases.slice(0, count(this.#host.top, 3)).map(({ match }) => match);
  }

  /** A case on screen or behind one, by its first-stage rank, with the number that it shows. */
  find(firstStageRank: number): Match | undefined {
    for (const { match, folded } of this.cases) {
      const found = [match, ...folded].find((one) => one.firstStageRank === firstStageRank);
      if (found) return found;
    }
    return this.known.find((one) => one.firstStageRank === firstStageRank);
  }

  /** Those found not relevant, in the order in which they were. */
  get rejected(): readonly Match[] {
    const order = [...this.choices.rejected];
    return this.known
      .filter(({ ticket }) => order.includes(ticket.id))
      .sort((a, b) => order.indexOf(a.ticket.id) - order.indexOf(b.ticket.id));
  }
}

type Fold = (matches: readonly Match[]) => readonly FoldedMatch[];

/** Whether the best of a state's matches are drawn as cards. */
function areCards(state: PanelState): boolean {
  return state.phase === 'ranking' ? state.refined !== undefined : 'matches' in state;
}

/**
 * Near-duplicates folded, in the order of the list given. With a case that was found not relevant all that says the same
 * goes; the next one takes its place, and its number.
 */
export function arranged(
  folded: readonly FoldedMatch[],
  matches: readonly Match[],
  { rejected }: Pick<TicketChoices, 'rejected'>,
): readonly FoldedMatch[] {
  const left = folded
    .filter(({ match }) => !rejected.has(match.ticket.id))
    .map(({ match, folded: others }, index) => ({
      match: { ...match, rank: index + 1 },
      folded: others.filter(({ ticket }) => !rejected.has(ticket.id)),
    }));
  const place = new Map(matches.map(({ firstStageRank }, index) => [firstStageRank, index]));
  const placeOf = ({ match }: FoldedMatch) => place.get(match.firstStageRank) ?? matches.length;
  return left.sort((a, b) => placeOf(a) - placeOf(b));
}
