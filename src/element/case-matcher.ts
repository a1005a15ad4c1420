import { LitElement, type PropertyValues } from 'lit';
import {
  DEFAULT_THRESHOLDS,
  type Match,
  match,
  type Ranker,
  type ReadyRanker,
  type Thresholds,
} from '../matching/index.ts';
import type { LoadOptions } from '../reranker/types.ts';
import { bm25, type CandidateSource, type Ticket } from '../tickets/index.ts';
import { announcementFor } from './announcement.ts';
import { ShownState } from './calm.ts';
import { EngineSlot } from './engine-slot.ts';
import { emit } from './events.ts';
import { failureCode } from './failure.ts';
import { messagesFor } from './locales/index.ts';
import { Pace } from './pace.ts';
import { LOOKS, properties } from './properties.ts';
import { chosenSource, chosenTicket } from './sources.ts';
import { caseStyles } from './styles/cases.ts';
import { panelStyles } from './styles/panel.ts';
import { themeStyles } from './styles/theme.ts';
import { focusedCase, keepFocus } from './view/focus.ts';
import { linkOf } from './view/format.ts';
import type { Panel, PanelState } from './view/model.ts';
import { panelView } from './view/panel.ts';
import { Reorder } from './view/reorder.ts';

const REORDER_MILLISECONDS = 700;

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

  readonly #shown = new ShownState();
  #announcement = '';
  #milliseconds: number | undefined;
  #expanded = new Set<number>();
  #restShown = false;
  #focused: string | undefined;

  #search: AbortController | undefined;
  readonly #statePace = new Pace(REORDER_MILLISECONDS);
  readonly #engine = new EngineSlot(
    (progress) => {
      this.requestUpdate();
      emit(this, 'model-progress', progress);
    },
    () => this.requestUpdate(),
  );
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
    if (this.hasUpdated && !this.#search) this.#start();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    // A move is a removal and an insertion in one go: only what is still gone afterwards is gone.
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#stop();
      this.#engine.release();
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
    const announcement = announcementFor(this.#shown.state, this.#topCount(), messagesFor(this));
    if (announcement === this.#announcement) return;
    this.#announcement = announcement;
    this.requestUpdate();
  }

  #panel(): Panel {
    return {
      messages: messagesFor(this),
      state: this.#shown.state,
      progress: this.#engine.progress,
      info: this.#engine.info,
      rankedByHost: this.ranker !== undefined && this.#shown.state.phase === 'ranked',
      top: this.#topCount(),
      milliseconds: this.#milliseconds,
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
        hold: (held) => {
          this.#shown.hold(held);
          this.requestUpdate();
        },
      },
    };
  }

  #topCount(): number {
    return count(this.top, 3);
  }

  #start(): void {
    this.#stop();
    if (!this.isConnected) return;
    this.#show({ phase: 'idle' });
    this.#expanded = new Set();
    this.#restShown = false;
    const search = new AbortController();
    this.#search = search;
    this.#run(search.signal).catch((error: unknown) => {
      if (search.signal.aborted) return;
      this.#show({ phase: 'failed', error });
      this.#tellError(error);
    });
  }

  #stop(): void {
    this.#search?.abort();
    this.#search = undefined;
    this.#statePace.forget();
  }

  async #run(signal: AbortSignal): Promise<void> {
    // The model is asked for before there is a ticket: it takes longest of all.
    if (this.ranker || !this.model) this.#engine.release();
    else this.#engine.take({ model: this.model, host: this.modelHost, device: this.device ?? 'auto' });
    const chosen = chosenTicket(this);
    if (!chosen) return;
    if (chosen.fetch) this.#show({ phase: 'reading' });
    const ticket = chosen.fetch ? await chosen.fetch(signal) : chosen.ticket;
    if (signal.aborted) return;
    let started = 0;
    // Once there are both, candidates and a model.
    const start = () => {
      started = performance.now();
    };
    await match(ticket, {
      source: chosenSource(this),
      ready: () => this.#ready().finally(start),
      fallbackOrder: (query, documents) => bm25(documents).rank(query),
      limit: count(this.limit, 50),
      ...(this.instruction ? { instruction: this.instruction } : {}),
      top: this.#topCount(),
      signal,
      onState: (state) => {
        if (state.phase === 'ranking' && state.done > 0) return this.#statePace.call(() => this.#show(state));
        this.#statePace.forget();
        if (state.phase === 'ranking') start();
        this.#milliseconds = performance.now() - started;
        this.#show(state);
        this.#tell(ticket, state);
      },
    });
  }

  #show(state: PanelState): void {
    this.#shown.show(state);
    this.requestUpdate();
  }

  #tell(ticket: Ticket, state: PanelState): void {
    if (state.phase === 'failed' || state.phase === 'unranked') this.#tellError(state.error);
    if (state.phase !== 'ranked' && state.phase !== 'unranked') return;
    const { matches } = state;
    const cases = matches.slice(0, this.#topCount()).map(({ ticket: { id }, score, tier }) => ({
      id,
      ...(score === undefined ? {} : { score }),
      ...(tier === undefined ? {} : { tier }),
    }));
    emit(this, 'case-match', {
      ticketId: ticket.id,
      ranked: matches.length,
      cases,
      rankedByModel: state.phase === 'ranked',
    });
  }

  #tellError(error: unknown): void {
    emit(this, 'case-error', {
      code: failureCode(error),
      error: error instanceof Error ? error : new Error('a host function threw something that is no error'),
    });
  }

  async #ready(): Promise<ReadyRanker> {
    if (this.ranker) return { ranker: this.ranker, thresholds: this.thresholds ?? DEFAULT_THRESHOLDS };
    const ranker = await this.#engine.ready();
    return { ranker, thresholds: this.thresholds ?? ranker.info.thresholds };
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

function count(wanted: number | undefined, otherwise: number): number {
  return wanted !== undefined && wanted >= 1 ? Math.floor(wanted) : otherwise;
}

declare global {
  interface HTMLElementTagNameMap {
    'case-matcher': CaseMatcherElement;
  }
}
