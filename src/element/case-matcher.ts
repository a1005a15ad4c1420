import { LitElement, nothing, type PropertyValues } from 'lit';
import type { Ranker, Thresholds, WideningCount } from '../matching/index.ts';
import type { LoadOptions } from '../reranker/types.ts';
import type { CandidateSource, Ticket } from '../tickets/index.ts';
import { Acts } from './acts.ts';
import { announcementFor } from './announcement.ts';
import { Choices } from './choices.ts';
import { Commands } from './commands.ts';
import { Deck } from './deck.ts';
import { isDrafting } from './drafting.ts';
import { Explainer } from './explainer.ts';
import { Focus } from './focus.ts';
import { Folds } from './folds.ts';
import { Keys } from './keys.ts';
import type { LexiconInput } from './lexicons.ts';
import { LiveRegion } from './live-region.ts';
import { type Loading, LoadingGate } from './loading.ts';
import { messagesFor } from './locales/index.ts';
import { count, LOOKS, properties } from './properties.ts';
import { Search } from './search.ts';
import { actStyles } from './styles/acts.ts';
import { caseStyles } from './styles/cases.ts';
import { panelStyles } from './styles/panel.ts';
import { themeStyles } from './styles/theme.ts';
import type { Panel } from './view/model.ts';
import { panelView } from './view/panel.ts';
import { Reorder } from './view/reorder.ts';
import { Width } from './width.ts';

/**
 * `<case-matcher>`: the past cases worth reusing for the ticket on screen.
 *
 * Set `ticket` (or `query`, or `ticket-id` with `ticket-api`), say where past tickets come from (`api`, `source` or
 * `candidates`) and which model ranks them (`model` or `ranker`). Everything may be set before or after the
 * element is defined, in any order; a new ticket aborts the search for the old one.
 *
 * @fires case-match - a search has come to its end
 * @fires case-open - someone wants to see a case; cancelable
 * @fires case-error - something failed; the panel says so too
 * @fires model-progress - the model is on its way
 * @csspart panel header heading order progress progress-text status candidates cases card title rank score tier
 *   high medium low meta excerpt handling facts unit reply steps id more open rest others row row-title notice
 *   retry retry-engine footer
 * @cssprop --case-matcher-accent
 * @cssprop --case-matcher-background
 * @cssprop --case-matcher-foreground
 * @cssprop --case-matcher-muted
 * @cssprop --case-matcher-border
 * @cssprop --case-matcher-radius
 * @cssprop --case-matcher-font
 * @cssprop --case-matcher-high
 * @cssprop --case-matcher-medium
 * @cssprop --case-matcher-low
 */
export class CaseMatcherElement extends LitElement {
  static override styles = [themeStyles, panelStyles, caseStyles, actStyles];
  static override properties = properties;

  /** The ticket on screen. Setting an equal one again changes nothing. */
  declare ticket: Ticket | undefined;
  /** Id of the ticket on screen: to fetch it by `ticketApi`, or to go with `query`. */
  declare ticketId: string | undefined;
  /** Text of the ticket on screen, where the host has no more than that. */
  declare query: string | undefined;
  /** URL template of the API for past tickets: GET with `{query}` in it, else POST of JSON. */
  declare api: string | undefined;
  /** URL template with `{id}`, of the API for one ticket. */
  declare ticketApi: string | undefined;
  /** Where past tickets come from, in place of `api`. */
  declare source: CandidateSource | undefined;
  /** The past tickets themselves, in first-stage order, in place of `api`. */
  declare candidates: readonly Ticket[] | undefined;
  /**
   * Whether the lists that `api` or `source` answered last are kept in this browser, for when they cannot be reached:
   * a hundred lists, for seven days. They hold the text of past tickets: `clearKeptCandidates` forgets them.
   */
  declare keepCandidates: boolean | undefined;
  /** URL of the model, relative to the page; or `org/name` of a published export. */
  declare model: string | undefined;
  /** Server of the exports that are named; default Hugging Face. */
  declare modelHost: string | undefined;
  declare device: NonNullable<LoadOptions['device']> | undefined;
  /** Most past tickets to compare. Default 50. */
  declare limit: number | undefined;
  /** How many cases are shown as cards. Default 3. */
  declare top: number | undefined;
  /** `auto` (default) follows the system. */
  declare theme: 'auto' | 'light' | 'dark' | undefined;
  /** Whether the query is widened where nothing of the medium tier is found; as an attribute `off` for no. Default true. */
  declare generalise: boolean | undefined;
  /**
   * Which words mean the same, and what is broader: a lexicon in place of the shipped ones, or, with `extends: 'zh'` or
   * `'en'`, entries to be added to one.
   */
  declare lexicon: LexiconInput | undefined;
  /** The task in words, for the model; the pack's own by default. */
  declare instruction: string | undefined;
  /** Ranks in place of a model of our own. */
  declare ranker: Ranker | undefined;
  /** `monitor` searches, tells and counts as ever, but shows nothing and takes no room. Default `panel`. */
  declare mode: 'panel' | 'monitor' | undefined;
  /**
   * When work begins: `eager` at once; `lazy` once the panel can be seen, or is asked by `refresh()`; `auto` (default)
   * at once, but like `lazy` on a hidden page, with data saving, and with less than 4 GB of memory.
   */
  declare loading: Loading | undefined;
  /** The key that leads into the panel from anywhere on the page, by default `Alt+M`; `off` for none. */
  declare shortcut: string | undefined;
  /** Scores from which a match is high or medium; the model pack's own by default. */
  declare thresholds: Thresholds | undefined;

  readonly #choices = new Choices();
  readonly #live = new LiveRegion(this);
  readonly #folds = new Folds(this);
  readonly #focus = new Focus(() => this.renderRoot);
  readonly #width = new Width(this);
  readonly #reorder = new Reorder();
  readonly #search = new Search(this, () => this.#folds.reset());
  readonly #gate = new LoadingGate(this, () => this.#search.start());
  readonly #deck = new Deck(this, this.#search, this.#choices);
  readonly #explainer = new Explainer({
    onExplained: () => this.requestUpdate(),
    onError: (error) => this.#search.tellError(error),
  });
  readonly #commands = new Commands({
    acts: new Acts(this, { choices: this.#choices, live: this.#live, search: this.#search }),
    deck: this.#deck,
    folds: this.#folds,
    focus: this.#focus,
    hold: (held) => this.#search.hold(held),
    refresh: () => this.refresh(),
    retryEngine: () => this.#search.retryEngine(),
  });
  readonly #keys = new Keys(this, {
    run: (command) => this.#commands.run(command),
    enter: () => this.#focus.enter(),
  });

  static override get observedAttributes(): string[] {
    // biome-ignore lint/complexity/noThisInStatic: Lit's getter reads the class it is called on.
    return [...super.observedAttributes, 'lang'];
  }

  /**
   * Searches again for the ticket on screen, also where `loading` waits; the cases on screen stay until there are others.
   * @returns whether there is anything to search for.
   */
  refresh(): boolean {
    this.#gate.force();
    this.#search.again();
    return this.#search.running;
  }

  /** Forgets the ticket on screen and all that was done in this panel, as at a logout. */
  reset(): void {
    this.#choices.clear();
    this.#live.clear();
    this.ticket = undefined;
    this.ticketId = undefined;
    this.query = undefined;
    this.#search.start();
  }

  /**
   * Which widenings of the query helped in the searches of this element so far: numbers by the keys of the lexicon's
   * entries, for whoever looks after it.
   */
  get wideningCounts(): readonly WideningCount[] {
    return this.#search.widened;
  }

  override attributeChangedCallback(name: string, old: string | null, value: string | null): void {
    super.attributeChangedCallback(name, old, value);
    if (name === 'lang') this.requestUpdate();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated && !this.#search.running) this.#start();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    // A move is a removal and an insertion in one go: only what is still gone afterwards is gone.
    queueMicrotask(() => {
      if (!this.isConnected) this.#search.release();
    });
  }

  protected override willUpdate(changed: PropertyValues): void {
    const inputs = new Map([...changed].filter(([name]) => !LOOKS.has(name)));
    if (this.hasUpdated && this.#search.running && isDrafting(inputs, this)) this.#search.revise();
    else if (!this.hasUpdated || inputs.size > 0) this.#start();
    this.#reorder.measure(this.renderRoot);
    this.#focus.beforeUpdate();
  }

  protected override render(): unknown {
    return this.mode === 'monitor' ? nothing : panelView(this.#panel());
  }

  protected override updated(): void {
    this.#reorder.play(this.renderRoot);
    this.#focus.afterUpdate();
    if (this.mode !== 'monitor') this.#explainer.follow(this.#search.outcome, this.#deck.cards);
    const { state, keptAt } = this.#search;
    this.#live.follow(announcementFor({ state, keptAt, top: count(this.top, 3) }, messagesFor(this)));
  }

  #start(): void {
    // Who only watches is not seen, and works all the same.
    if (this.mode === 'monitor' || this.#gate.open) this.#search.start();
  }

  #panel(): Panel {
    const { ahead, progress, info, milliseconds, keptAt } = this.#search;
    const { state, choices, rejected } = this.#deck;
    const { expanded, restShown, keysShown } = this.#folds;
    return {
      messages: messagesFor(this),
      state,
      ahead,
      progress,
      info,
      rankedByHost: this.ranker !== undefined && state.phase === 'ranked',
      top: count(this.top, 3),
      milliseconds,
      keptAt,
      explanations: this.#explainer.explanations,
      expanded,
      restShown,
      keysShown,
      choices,
      rejected: rejected.length,
      narrow: this.#width.narrow,
      byKeyboard: this.#keys.used,
      shortcut: this.#keys.shortcut,
      announcement: this.#live.text,
      actions: this.#commands,
    };
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'case-matcher': CaseMatcherElement;
  }
}
