import type { Match } from '../matching/index.ts';
import type { Acts } from './acts.ts';
import type { Deck } from './deck.ts';
import type { Focus } from './focus.ts';
import type { Folds } from './folds.ts';
import type { CaseCommand, Command } from './keys.ts';
import { disposalOf } from './view/format.ts';
import type { PanelActions } from './view/model.ts';

interface Parts {
  readonly acts: Acts;
  readonly deck: Deck;
  readonly folds: Folds;
  readonly focus: Focus;
  readonly hold: (held: boolean) => void;
  readonly refresh: () => boolean;
  readonly retryEngine: () => void;
}

/** All that can be done in the panel, by a button or by a key. */
export class Commands implements PanelActions {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Does what a key asks for; returns whether there was anything to do. */
  run(command: Command): boolean {
    const { deck, folds, focus } = this.#parts;
    switch (command.name) {
      case 'card':
        return focus.toCard(command.number);
      case 'undo':
        if (deck.rejected.length === 0) return false;
        this.undo();
        return true;
      case 'refresh':
        return this.#parts.refresh();
      case 'keys':
        this.toggleKeys();
        return true;
      case 'back':
        if (!folds.keysShown) return focus.leave();
        this.toggleKeys();
        return true;
      default: {
        const match = this.#chosen();
        return match !== undefined && this.#runOn(match, command.name);
      }
    }
  }

  readonly toggle = (match: Match): void => {
    if (this.#parts.folds.toggle(match.firstStageRank)) this.#parts.acts.expand(match);
  };

  readonly toggleRest = (): void => this.#parts.folds.toggleRest();

  /** Shows the list of keys and goes there, or hides it and goes back. */
  readonly toggleKeys = (): void => {
    const { folds, focus } = this.#parts;
    folds.toggleKeys();
    focus.afterwardsOn(folds.keysShown ? '.over .close' : '[part=keys-button]');
  };

  readonly adopt = (match: Match): void => void this.#parts.acts.adopt(match);

  readonly copy = (match: Match): void => void this.#parts.acts.copy(match);

  readonly link = (match: Match): void => this.#parts.acts.link(match);

  /** The focus goes to the case that takes its place. */
  readonly reject = (match: Match): void => {
    const { acts, deck, focus } = this.#parts;
    if (focus.case !== undefined) focus.afterwardsTo(deck.matches.indexOf(match));
    acts.reject(match, true);
  };

  /** Brings back what was found not relevant last. */
  readonly undo = (): void => {
    const { acts, deck, focus } = this.#parts;
    const { rejected } = deck;
    const last = rejected[rejected.length - 1];
    if (!last) return;
    focus.afterwardsOn(`[data-key="${last.firstStageRank}"] .card`);
    acts.reject(last, false);
  };

  readonly contact = (match: Match): void => this.#parts.acts.contact(match);

  readonly open = (match: Match, event: Event): void => this.#parts.acts.open(match, event);

  readonly refresh = (): void => void this.#parts.refresh();

  readonly retryEngine = (): void => this.#parts.retryEngine();

  readonly hold = (held: boolean): void => this.#parts.hold(held);

  /** The case that has the focus, or else the first card. */
  #chosen(): Match | undefined {
    const { deck, focus } = this.#parts;
    const key = focus.case;
    if (key === undefined) return deck.cards[0];
    return deck.matches.find(({ firstStageRank }) => String(firstStageRank) === key);
  }

  #runOn(match: Match, name: CaseCommand): boolean {
    // By its own link, so that a key does what a click does.
    if (name === 'open') return this.#parts.focus.press(`[data-key="${match.firstStageRank}"] [part=open]`);
    if (name === 'details') this.toggle(match);
    else if ((name === 'adopt' || name === 'copy') && disposalOf(match.ticket) === '') return false;
    else this[name](match);
    return true;
  }
}
