import { LitElement, type PropertyValues } from 'lit';
import type { Match, Ranker, Thresholds } from '../matching/index.ts';
import type { LoadOptions } from '../reranker/types.ts';
import type { CandidateSource, Ticket } from '../tickets/index.ts';
import { announcementFor } from './announcement.ts';
import { emit } from './events.ts';
import { messagesFor } from './locales/index.ts';
import { count, LOOKS, properties } from './properties.ts';
import { Search } from './search.ts';
import { caseStyles } from './styles/cases.ts';
import { panelStyles } from './styles/panel.ts';
import { themeStyles } from './styles/theme.ts';
import { focusedCase, keepFocus } from './view/focus.ts';
import { linkOf } from './view/format.ts';
import type { Panel } from './view/model.ts';
import { panelView } from './view/panel.ts';
import { Reorder } from './view/reorder.ts';

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
 *   retry footer
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
  static override styles = [themeStyles, panelStyles, caseStyles];
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
  /** The task in words, for the model; the pack's own by default. */
  declare instruction: string | undefined;
  /** Ranks in place of a model of our own. */
  declare ranker: Ranker | undefined;
  /** Scores from which a match is high or medium; the model pack's own by default. */
  declare thresholds: Thresholds | undefined;

  readonly #search = new Search(this);
  #announcement = '';
  #expanded = new Set<number>();
  #restShown = false;
  #focused: string | undefined;
  readonly #reorder = new Reorder();

  static override get observedAttributes(): string[] {
    // biome-ignore lint/complexity/noThisInStatic: Lit's getter reads the class it is called on.
    return [...super.observedAttributes, 'lang'];
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
    if (!this.hasUpdated || [...changed.keys()].some((name) => !LOOKS.has(name))) this.#start();
    this.#reorder.measure(this.renderRoot);
    this.#focused = focusedCase(this.renderRoot);
  }

  protected override render(): unknown {
    return panelView(this.#panel());
  }

  protected override updated(): void {
    this.#reorder.play(this.renderRoot);
    keepFocus(this.renderRoot, this.#focused);
    const announcement = announcementFor(this.#search.state, count(this.top, 3), messagesFor(this));
    if (announcement === this.#announcement) return;
    this.#announcement = announcement;
    this.requestUpdate();
  }

  #panel(): Panel {
    const { state, progress, info, milliseconds, keptAt } = this.#search;
    return {
      messages: messagesFor(this),
      state,
      progress,
      info,
      rankedByHost: this.ranker !== undefined && state.phase === 'ranked',
      top: count(this.top, 3),
      milliseconds,
      keptAt,
      expanded: this.#expanded,
      restShown: this.#restShown,
      announcement: this.#announcement,
      actions: {
        toggle: (shown) => this.#toggle(shown),
        toggleRest: () => {
          this.#restShown = !this.#restShown;
          this.requestUpdate();
        },
        open: (shown, event) => this.#open(shown, event),
        retry: () => this.#start(),
        hold: (held) => this.#search.hold(held),
      },
    };
  }

  #start(): void {
    this.#expanded = new Set();
    this.#restShown = false;
    this.#search.start();
  }

  #toggle({ firstStageRank }: Match): void {
    const expanded = new Set(this.#expanded);
    if (!expanded.delete(firstStageRank)) expanded.add(firstStageRank);
    this.#expanded = expanded;
    this.requestUpdate();
  }

  /** The link itself opens the case, so that a middle click or a modifier key works as anywhere. */
  #open({ ticket }: Match, event: Event): void {
    const url = linkOf(ticket);
    const detail = { id: ticket.id, case: ticket, ...(url === undefined ? {} : { url }) };
    if (!emit(this, 'case-open', detail)) event.preventDefault();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'case-matcher': CaseMatcherElement;
  }
}
