import type { HandlingNode, Match, PlaceCluster } from '../matching/index.ts';
import type { Acts } from './acts.ts';
import type { Deck } from './deck.ts';
import type { Depth } from './depth.ts';
import type { Focus } from './focus.ts';
import type { CaseCommand, Command } from './keys.ts';
import { messagesFor } from './locales/index.ts';
import { disposalOf } from './view/format.ts';
import type { PanelActions } from './view/model.ts';
import type { Views } from './views.ts';

interface Parts {
  readonly host: HTMLElement & { readonly renderRoot: DocumentFragment | HTMLElement };
  readonly acts: Acts;
  readonly deck: Deck;
  readonly depth: Depth;
  readonly views: Views;
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
    const { deck, focus } = this.#parts;
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
      case 'tree':
        if (deck.cards.length === 0) return false;
        this.toggleTree();
        return true;
      case 'insights':
        if (deck.cards.length === 0) return false;
        this.toggleInsights();
        return true;
      case 'back':
        return this.#back();
      default: {
        const match = this.#chosen();
        return match !== undefined && this.#runOn(match, command.name);
      }
    }
  }

  readonly toggle = (match: Match): void => {
    if (this.#parts.views.toggleCase(match.firstStageRank)) this.#parts.acts.expand(match);
  };

  readonly toggleDuplicates = (match: Match): void =>
    this.#seen(this.#parts.views.toggleDuplicates(match.firstStageRank));

  readonly toggleRest = (): void => this.#seen(this.#parts.views.toggle('restShown'));

  /** Shows the list of keys and goes there, or hides it and goes back. */
  readonly toggleKeys = (): void => {
    const { views, focus } = this.#parts;
    focus.afterwardsOn(views.toggle('keysShown') ? '.over .close' : '[part=keys-button]');
  };

  readonly toggleInsights = (): void => this.#seen(this.#parts.views.toggle('insightsShown'));

  readonly showFigure = (key: string): void => this.#seen(this.#parts.views.toggleFigure(key));

  /** Shows the tree and goes there, or the cases again. */
  readonly toggleTree = (): void => {
    const { views, focus } = this.#parts;
    if (views.shown.view.name !== 'cases') {
      views.show({ name: 'cases' });
      focus.afterwardsOn('[part=tree-button]');
      return;
    }
    views.show({ name: 'tree' });
    this.#seen(true);
    focus.afterwardsOn('[role=treeitem][tabindex="0"]');
  };

  readonly showPath = (match: Match): void => {
    const { views, focus, acts } = this.#parts;
    const from = views.shown.view.name === 'tree' ? 'tree' : 'cases';
    views.show({ name: 'path', case: match.firstStageRank, from });
    focus.afterwardsOn('#path-heading');
    acts.expand(match);
  };

  readonly back = (): void => void this.#back();

  /** Keys of the tree; those that are none of its own go on to the panel. */
  readonly treeKey = (event: KeyboardEvent, root: HandlingNode): void => {
    const { depth, host } = this.#parts;
    const parts = { ...this.#parts, pick: this.pickNode, messages: messagesFor(host) };
    depth.module?.treeKey(event, root, parts);
  };

  /** Shows the path of the best match among the cases that pass a node. */
  readonly pickNode = (node: HandlingNode): void => {
    const { views, deck } = this.#parts;
    const [first] = node.cases;
    const match = first && deck.find(first.firstStageRank);
    views.goToNode(node.id);
    if (match) this.showPath(match);
  };

  readonly print = (match: Match): void => {
    const { depth, host } = this.#parts;
    const path = depth.path(match);
    if (path) depth.module?.printPath(path, messagesFor(host), host.renderRoot);
  };

  readonly adopt = (match: Match): void => void this.#parts.acts.adopt(match);

  readonly copy = (match: Match): void => void this.#parts.acts.copy(match);

  readonly link = (match: Match): void => this.#parts.acts.link(match);

  /** The focus goes to the case that takes its place. */
  readonly reject = (match: Match): void => {
    const { acts, deck, focus, views } = this.#parts;
    const place = deck.cases.findIndex((one) => one.match.firstStageRank === match.firstStageRank);
    if (focus.case !== undefined) focus.afterwardsTo(Math.max(0, place));
    if (views.shown.view.name === 'path') views.show({ name: 'cases' });
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

  readonly propose = (cluster: PlaceCluster): void => {
    const { acts, depth } = this.#parts;
    if (depth.module) acts.propose(cluster, depth.module);
  };

  readonly contact = (match: Match): void => this.#parts.acts.contact(match);

  readonly open = (match: Match, event: Event): void => this.#parts.acts.open(match, event);

  readonly refresh = (): void => void this.#parts.refresh();

  readonly retryEngine = (): void => this.#parts.retryEngine();

  readonly hold = (held: boolean): void => this.#parts.hold(held);

  /** Someone looks at more than the cards. */
  #seen(more: boolean): void {
    if (more) this.#parts.acts.explore();
  }

  /** One step back: out of a view, or out of the panel to where the focus came from. */
  #back(): boolean {
    const { views, focus } = this.#parts;
    const { view, keysShown } = views.shown;
    if (!views.back()) return focus.leave();
    if (keysShown) focus.afterwardsOn('[part=keys-button]');
    else if (view.name === 'path' && view.from === 'tree')
      focus.afterwardsOn('[role=treeitem][tabindex="0"]');
    else if (view.name === 'path') focus.afterwardsOn(`[data-key="${view.case}"] :is(.card, .row-button)`);
    else if (view.name === 'tree') focus.afterwardsOn('[part=tree-button]');
    return true;
  }

  /** The case that has the focus, or else the first card. */
  #chosen(): Match | undefined {
    const { deck, focus } = this.#parts;
    const key = focus.case;
    return key === undefined ? deck.cards[0]?.match : deck.find(Number(key));
  }

  #runOn(match: Match, name: CaseCommand): boolean {
    const { focus, views } = this.#parts;
    switch (name) {
      case 'open':
        // By its own link, so that a key does what a click does.
        return focus.press(`[data-key="${match.firstStageRank}"] [part~=open]`);
      case 'details':
        if (views.shown.view.name !== 'cases') return false;
        this.toggle(match);
        return true;
      case 'path':
        this.showPath(match);
        return true;
      case 'adopt':
      case 'copy':
        if (disposalOf(match.ticket) === '') return false;
        this[name](match);
        return true;
      default:
        this[name](match);
        return true;
    }
  }
}
