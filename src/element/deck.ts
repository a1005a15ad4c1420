import type { Match } from '../matching/index.ts';
import { type Choices, type TicketChoices, withoutRejected } from './choices.ts';
import { count } from './properties.ts';
import type { Search } from './search.ts';
import type { PanelState } from './view/model.ts';

/** The cases on screen: what the search found, but for what the agent found not relevant. */
export class Deck {
  readonly #host: { readonly top: number | undefined };
  readonly #search: Search;
  readonly #choices: Choices;

  constructor(host: { readonly top: number | undefined }, search: Search, choices: Choices) {
    this.#host = host;
    this.#search = search;
    this.#choices = choices;
  }

  get choices(): TicketChoices {
    return this.#choices.of(this.#search.ticket?.id ?? '');
  }

  get state(): PanelState {
    const { state } = this.#search;
    return 'matches' in state ? { ...state, matches: withoutRejected(state.matches, this.choices) } : state;
  }

  /** All of them, in the order on screen. */
  get matches(): readonly Match[] {
    const { state } = this;
    return 'matches' in state ? state.matches : [];
  }

  /** Those drawn as cards; none while they are but a list. */
  get cards(): readonly Match[] {
    const { state } = this;
    if (!('matches' in state) || (state.phase === 'ranking' && !state.refined)) return [];
    return state.matches.slice(0, count(this.#host.top, 3));
  }

  /** Those found not relevant, in the order in which they were. */
  get rejected(): readonly Match[] {
    const { state } = this.#search;
    if (!('matches' in state)) return [];
    const order = [...this.choices.rejected];
    return state.matches
      .filter(({ ticket }) => order.includes(ticket.id))
      .sort((a, b) => order.indexOf(a.ticket.id) - order.indexOf(b.ticket.id));
  }
}
