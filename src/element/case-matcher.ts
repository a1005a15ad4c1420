import { LitElement, nothing, type PropertyValues } from 'lit';
import type { Ranker, Thresholds, WideningCount } from '../matching/index.ts';
import type { LoadOptions } from '../reranker/types.ts';
import type { CandidateSource, Ticket } from '../tickets/index.ts';
import { Acts } from './acts.ts';
import { announcementFor } from './announcement.ts';
import { Choices } from './choices.ts';
import { Commands } from './commands.ts';
import { Deck } from './deck.ts';
import { Depth } from './depth.ts';
import { isDrafting } from './drafting.ts';
import { aboutCase, emit } from './events.ts';
import { Explainer } from './explainer.ts';
import { Focus } from './focus.ts';
import { Keys } from './keys.ts';
import type { LexiconInput } from './lexicons.ts';
import { LiveRegion } from './live-region.ts';
import { isAuto, type Loading, LoadingGate } from './loading.ts';
import { messagesFor, wordsReady } from './locales/index.ts';
import { count, LOOKS, properties } from './properties.ts';
import type { RankedTicket } from './ranked-ticket.ts';
import { Search } from './search.ts';
import { actStyles } from './styles/acts.ts';
import { caseStyles } from './styles/cases.ts';
import { directionStyles } from './styles/direction.ts';
import { panelStyles } from './styles/panel.ts';
import { themeStyles } from './styles/theme.ts';
import { whyStyles } from './styles/why.ts';
import { Usage } from './usage.ts';
import type { Panel } from './view/model.ts';
import { panelView } from './view/panel.ts';
import { Reorder } from './view/reorder.ts';
import { Views } from './views.ts';
import { Width } from './width.ts';

/**
 * `<case-matcher>`: the past cases worth reusing for the ticket on screen.
 *
 * Set `ticket` (or `query`, or `ticket-id` with `ticket-api`), say where past tickets come from (`api`, `source` or
 * `candidates`) and which model ranks them (`model` or `ranker`). Everything may be set before or after the
 * element is defined, in any order. A new ticket aborts the search for the old one; a ticket of the same id whose words
 * change is one that someone still writes: it is searched for again after a pause.
 *
 * @fires case-match - A search has come to its end.
 * @fires case-adopt - Someone takes over how a case was handled; cancelable.
 * @fires case-copy - Someone copied how a case was handled.
 * @fires case-link - Someone linked a case to the ticket, or took that back.
 * @fires case-reject - Someone found a case not relevant, or took that back.
 * @fires case-expand - Someone unfolded a case.
 * @fires case-cluster - Someone proposes to handle the cases of one place as one issue; cancelable.
 * @fires case-contact - Someone turns to those who handled a case.
 * @fires case-open - Someone wants to see a case; cancelable.
 * @fires case-explain - It is known why a case is shown, and where the ticket on screen says the same.
 * @fires case-error - Something failed; the panel says so too.
 * @fires model-progress - The model is on its way.
 * @slot case-ID - In place of what the card of the case with this id says, below its title; its buttons stay.
 * @csspart act - A button.
 * @csspart acts
 * @csspart adopt
 * @csspart back
 * @csspart candidates - The list before there are cards.
 * @csspart card
 * @csspart case-lines - Cases behind a number.
 * @csspart cases - The cards.
 * @csspart chip - A word that both tickets share, or that differs.
 * @csspart close
 * @csspart contact
 * @csspart copy
 * @csspart disposal - What was done, on a card.
 * @csspart duplicates - How many say the same.
 * @csspart excerpt
 * @csspart facts
 * @csspart figure - A number that opens its cases.
 * @csspart findings - All numbers.
 * @csspart footer
 * @csspart handling
 * @csspart header
 * @csspart heading
 * @csspart high
 * @csspart id
 * @csspart insights - The numbers over all similar cases.
 * @csspart insights-button
 * @csspart keys - The list of keys.
 * @csspart keys-button
 * @csspart link
 * @csspart low
 * @csspart mark - A marked sentence or word.
 * @csspart medium
 * @csspart meta
 * @csspart more
 * @csspart node - A node of the tree.
 * @csspart notice
 * @csspart open
 * @csspart order - Says so while the order is not the model's.
 * @csspart others - All that are not cards.
 * @csspart page - What takes the place of the cases.
 * @csspart panel
 * @csspart path - The whole path of a case.
 * @csspart path-button
 * @csspart print
 * @csspart progress
 * @csspart progress-text
 * @csspart propose - Proposes the cases of one place as one issue.
 * @csspart rank
 * @csspart refresh
 * @csspart reject
 * @csspart reply
 * @csspart report
 * @csspart rest
 * @csspart retry
 * @csspart retry-engine
 * @csspart row
 * @csspart row-title
 * @csspart score
 * @csspart second-round - That the query was widened, and to what.
 * @csspart spared - That the model was left out because nobody used it.
 * @csspart status - The live region.
 * @csspart steps
 * @csspart tier
 * @csspart title
 * @csspart tree
 * @csspart tree-button
 * @csspart turn-on
 * @csspart undo
 * @csspart unit
 * @csspart why - What is alike, and what differs.
 * @cssprop --case-matcher-accent
 * @cssprop --case-matcher-background
 * @cssprop --case-matcher-border
 * @cssprop --case-matcher-font
 * @cssprop --case-matcher-foreground
 * @cssprop --case-matcher-high
 * @cssprop --case-matcher-low
 * @cssprop --case-matcher-mark - Ground of a marked sentence.
 * @cssprop --case-matcher-medium
 * @cssprop --case-matcher-muted
 * @cssprop --case-matcher-radius
 */
export class CaseMatcherElement extends LitElement {
  static override styles = [themeStyles, directionStyles, panelStyles, caseStyles, whyStyles, actStyles];
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
  /** What computes: `auto` (default), `webgpu` or `wasm`. */
  declare device: NonNullable<LoadOptions['device']> | undefined;
  /** Seconds without a call after which the engine's memory is freed. Default 600; 0 for never. */
  declare idleSeconds: number | undefined;
  /** Most past tickets to compare. Default 50. */
  declare limit: number | undefined;
  /** How many cases are shown as cards. Default 3. */
  declare top: number | undefined;
  /**
   * Days in which a case loses half its weight among those of its tier, so that of two that are alike as much the newer
   * comes first. Scores and tiers stay what they are. Off by default: age counts for nothing.
   */
  declare halfLifeDays: number | undefined;
  /** `light`, `dark`, or `auto` (default), which follows the system. */
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
   * at once, but like `lazy` on a hidden page, with data saving, and with less than 4 GB of memory; and without the model
   * where {@link usage} says that cases were shown for weeks and nobody did anything with them.
   */
  declare loading: Loading | undefined;
  /** `off` counts nothing. Default `on`: acts are counted on this computer, for {@link exportUsage}. */
  declare usage: 'on' | 'off' | undefined;
  /** The key that leads into the panel from anywhere on the page, by default `Alt+M`; `off` for none. */
  declare shortcut: string | undefined;
  /** Scores from which a match is high or medium; the model pack's own by default. */
  declare thresholds: Thresholds | undefined;

  readonly #choices = new Choices();
  readonly #live = new LiveRegion(this);
  readonly #views = new Views(this);
  readonly #depth = new Depth(this);
  readonly #focus = new Focus(() => this.renderRoot);
  readonly #width = new Width(this);
  readonly #reorder = new Reorder();
  readonly #search = new Search(this, {
    onNew: () => {
      this.#views.reset();
      this.#depth.retry();
    },
    sparesModel: () => isAuto(this) && this.mode !== 'monitor' && this.#usage.unused,
    prepare: () => this.#deck.prepare(),
    cardsOf: (matches) => this.#deck.cardsOf(matches),
    onEnd: (cards, widened) => {
      if (widened) this.#usage.show('generalised', cards);
      this.#usage.show('shown', cards);
    },
  });
  readonly #usage = new Usage(this, () => ({
    ticketId: this.#search.ticket?.id ?? '',
    model: this.#search.info?.model,
  }));
  readonly #gate = new LoadingGate(this, () => this.#search.start());
  readonly #deck = new Deck(this, this.#search, this.#choices);
  readonly #explainer = new Explainer({
    onExplained: () => this.requestUpdate(),
    onShared: ({ id }, match, { shared }) => {
      const detail = { ...aboutCase(id, match), shared: shared.flatMap(({ inTicket }) => inTicket) };
      emit(this, 'case-explain', detail);
    },
    onError: (error) => this.#search.tellError(error),
  });
  readonly #commands = new Commands({
    host: this,
    acts: new Acts(this, {
      choices: this.#choices,
      live: this.#live,
      search: this.#search,
      usage: this.#usage,
    }),
    deck: this.#deck,
    depth: this.#depth,
    views: this.#views,
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
    if (this.#search.ticket) this.#usage.count('refreshed');
    this.#search.again();
    return this.#search.running;
  }

  /**
   * What was done with cases on this computer in the last 90 days, as CSV with ids, numbers and times: a line for each case
   * of each act, or for each day with the rates of tickets whose cases were opened and adopted. Never text.
   */
  exportUsage({ by = 'act' }: { by?: 'act' | 'day' } = {}): Promise<string> {
    return this.#usage.csv(by);
  }

  /** Forgets what was counted. */
  clearUsage(): Promise<void> {
    return this.#usage.clear();
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

  /**
   * The ticket on screen with all its cases as the model ranked them, once it has (`case-match` tells), for
   * `<case-matcher-calibration>`; else undefined. Unlike events it holds the texts.
   */
  get ranked(): RankedTicket | undefined {
    const { outcome, info } = this.#search;
    if (outcome?.state.phase !== 'ranked') return undefined;
    const model = this.ranker ? undefined : info?.model;
    return {
      ticket: outcome.ticket,
      matches: outcome.state.matches,
      ...(model === undefined ? {} : { model }),
    };
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

  /** Nothing is drawn before its words are there. */
  protected override async scheduleUpdate(): Promise<void> {
    const words = wordsReady(this);
    if (words) await words;
    await super.scheduleUpdate();
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
    if (this.mode !== 'monitor') {
      const cards = this.#deck.cards.map(({ match }) => match);
      this.#explainer.follow(this.#search.outcome, cards);
    }
    const { state, keptAt } = this.#search;
    this.#live.follow(announcementFor({ state, keptAt, top: count(this.top, 3) }, messagesFor(this)));
  }

  #start(): void {
    // Tickets without an id are told apart by nothing: what was decided for one says nothing of the next.
    this.#choices.forget('');
    // Who only watches is not seen, and works all the same.
    if (this.mode === 'monitor' || this.#gate.open) this.#search.start();
  }

  #panel(): Panel {
    const { state, ahead, progress, info, milliseconds, keptAt, ticket } = this.#search;
    const { cases, cards, known, choices, rejected } = this.#deck;
    const { view } = this.#views.shown;
    const seen = view.name === 'path' ? this.#deck.find(view.case) : undefined;
    return {
      ...this.#views.shown,
      messages: messagesFor(this),
      state,
      ahead,
      progress,
      info,
      rankedByHost: this.ranker !== undefined && state.phase === 'ranked',
      top: count(this.top, 3),
      byAge: (this.halfLifeDays ?? 0) > 0,
      milliseconds,
      keptAt,
      cases,
      known,
      explanations: this.#explainer.explanations,
      choices,
      rejected: rejected.length,
      deeper: cards.length > 0 || this.#views.shown.keysShown ? this.#depth.module : undefined,
      insights: cards.length > 0 ? this.#depth.insights(known, ticket) : undefined,
      tree: view.name === 'tree' ? this.#depth.tree(cards.map(({ match }) => match)) : undefined,
      path: seen && { match: seen, path: this.#depth.path(seen) },
      narrow: this.#width.narrow,
      width: this.#width.pixels,
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
