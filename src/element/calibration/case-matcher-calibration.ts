import { LitElement, type PropertyDeclarations, type PropertyValues } from 'lit';
import { CaseMatcherError } from '../../errors.ts';
import {
  calibrationOf,
  DEFAULT_THRESHOLDS,
  parseCalibration,
  type Ranker,
  type ReadyRanker,
  type Thresholds,
} from '../../matching/index.ts';
import type { LoadOptions } from '../../reranker/types.ts';
import { type CandidateSource, parseTickets, type Ticket } from '../../tickets/index.ts';
import { EngineSlot } from '../engine-slot.ts';
import { failureWords } from '../failure.ts';
import { messagesFor } from '../locales/index.ts';
import { count } from '../properties.ts';
import type { RankedTicket } from '../ranked-ticket.ts';
import { chosenSource } from '../sources.ts';
import { directionStyles } from '../styles/direction.ts';
import { themeStyles } from '../styles/theme.ts';
import { fileFailure, saveFile } from './calibration-file.ts';
import { Collection } from './collection.ts';
import { type CalibrationMessages, calibrationMessagesFor } from './locales/index.ts';
import { type CalibrationPair, pairsOf } from './pairs.ts';
import { CalibrationSession } from './session.ts';
import { frameStyles } from './styles/frame.ts';
import { judgingStyles } from './styles/judging.ts';
import { thresholdStyles } from './styles/thresholds.ts';
import { calibrationView } from './view/calibration.ts';
import type { CalibrationPanel } from './view/model.ts';

const DEFAULT_LIMIT = 20;
/** The tickets are given, and one on screen there is none; what is asked for is not kept. */
const NOTHING = {
  ticket: undefined,
  ticketId: undefined,
  query: undefined,
  ticketApi: undefined,
  keepCandidates: false,
};
/** Each of these makes other pairs. */
const INPUTS: readonly PropertyKey[] = [
  'tickets',
  'api',
  'source',
  'candidates',
  'model',
  'modelHost',
  'device',
  'ranker',
  'limit',
];

/**
 * `<case-matcher-calibration>`: from which scores on past cases are worth reusing, found out by judging pairs.
 *
 * Give it `tickets`, a source of past ones (`api`, `source` or `candidates`) and a model (`model` or `ranker`), as for
 * `<case-matcher>`; or pairs that are scored already (`addMatches`). Judgements are kept in memory alone; what is exported
 * holds them by ids, and `resume` goes on from there.
 *
 * @fires calibration-export - the thresholds as configuration; cancel it to keep the file from being downloaded
 * @csspart panel heading status notice retry judging count yes no later undo thresholds curve slider high medium figures
 *   reset export note
 */
export class CaseMatcherCalibrationElement extends LitElement {
  static override styles = [themeStyles, directionStyles, frameStyles, judgingStyles, thresholdStyles];
  static override properties: PropertyDeclarations = {
    tickets: { attribute: false },
    api: {},
    source: { attribute: false },
    candidates: { attribute: false },
    model: {},
    modelHost: { attribute: 'model-host' },
    modelId: { attribute: 'model-id' },
    device: {},
    limit: { type: Number },
    theme: { reflect: true },
    ranker: { attribute: false },
    thresholds: { attribute: false },
  };

  /** The tickets to find pairs for; a few dozen of different kinds say more than many of one. */
  declare tickets: readonly Ticket[] | undefined;
  /** URL template of the API for past tickets. */
  declare api: string | undefined;
  declare source: CandidateSource | undefined;
  declare candidates: readonly Ticket[] | undefined;
  /** URL of the model, relative to the page; or `org/name` of a published export. */
  declare model: string | undefined;
  declare modelHost: string | undefined;
  /** What the model is called in the configuration; its own id by default. Needed with `ranker` and with given pairs. */
  declare modelId: string | undefined;
  declare device: NonNullable<LoadOptions['device']> | undefined;
  /** Most past tickets for each ticket. Default 20. */
  declare limit: number | undefined;
  declare theme: 'auto' | 'light' | 'dark' | undefined;
  declare ranker: Ranker | undefined;
  /** Where to begin; the model's own by default. */
  declare thresholds: Thresholds | undefined;

  readonly #session = new CalibrationSession();
  readonly #engine = new EngineSlot(
    () => this.requestUpdate(),
    () => this.requestUpdate(),
  );
  readonly #collection = new Collection({
    onPairs: (pairs) => this.#session.add(pairs),
    onChange: () => this.requestUpdate(),
  });
  /** As moved by hand or by a file; absent until then. */
  #moved: Thresholds | undefined;
  /** The model of the pairs that were given, where they say so. */
  #givenModel: string | undefined;
  #fileNote = '';
  #said = '';

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
    this.renderRoot.addEventListener('keydown', this.#onKey);
    if (this.hasUpdated && !this.#collection.progress) this.#collect();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.renderRoot.removeEventListener('keydown', this.#onKey);
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#collection.stop();
      this.#engine.release();
    });
  }

  /**
   * Adds the scored matches of a ticket, as `<case-matcher>` gives them (`ranked`), to the pairs to judge.
   * @throws CaseMatcherError `invalid-input` with `details.reason` `other-model`: scores of two models have no threshold
   * in common.
   */
  addMatches(ranked: RankedTicket): void {
    const known = this.#engine.info?.model ?? this.#givenModel;
    if (ranked.model !== undefined) {
      if (known !== undefined && known !== ranked.model) throw otherModel();
      this.#givenModel = ranked.model;
    }
    this.#session.add(pairsOf(ranked));
    this.requestUpdate();
  }

  /**
   * Goes on from what was exported: its thresholds, and its judgements, whose pairs need not be here. What was judged here
   * stays as it is.
   * @param calibration the detail of `calibration-export`, or the parsed file.
   * @throws CaseMatcherError `invalid-input` as `parseCalibration` does, also where it was made for another model.
   */
  resume(calibration: unknown): void {
    const model = this.#modelName();
    const { thresholds, judgements } = parseCalibration(calibration, model === undefined ? {} : { model });
    this.#moved = thresholds;
    this.#session.bringBack(judgements);
    this.#fileNote = calibrationMessagesFor(this).imported(judgements.length);
    this.requestUpdate();
  }

  /** Forgets all pairs and judgements. */
  reset(): void {
    this.#collection.stop();
    this.#session.clear();
    this.#moved = undefined;
    this.#givenModel = undefined;
    this.#fileNote = '';
    this.#said = '';
    this.requestUpdate();
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (!this.hasUpdated || INPUTS.some((name) => changed.has(name))) this.#collect();
  }

  protected override render(): unknown {
    return calibrationView(this.#panel());
  }

  #panel(): CalibrationPanel {
    const messages = calibrationMessagesFor(this);
    const thresholds = this.#shownThresholds();
    const session = this.#session;
    const { error } = this.#collection;
    return {
      messages,
      status: this.#statusWords(messages),
      problem: error === undefined ? undefined : failureWords(error, messagesFor(this)),
      pairs: session.pairs,
      total: session.total,
      judged: session.judged,
      current: session.current(thresholds),
      canUndo: session.canUndo,
      thresholds,
      thresholdsMoved: this.#moved !== undefined,
      modelKnown: this.#modelName() !== undefined,
      fileNote: this.#fileNote,
      announcement: this.#said,
      actions: {
        judge: (relevant) => this.#judge(relevant),
        putOff: () => this.#putOff(),
        undo: () => this.#undo(),
        move: (tier, score) => this.#move(tier, score),
        reset: () => {
          this.#moved = undefined;
          this.requestUpdate();
        },
        export: () => this.#export(),
        import: (file) => void this.#import(file),
        retry: () => this.#collect(),
      },
    };
  }

  #shownThresholds(): Thresholds {
    return this.#moved ?? this.thresholds ?? this.#engine.info?.thresholds ?? DEFAULT_THRESHOLDS;
  }

  #modelName(): string | undefined {
    return this.modelId || this.#engine.info?.model || this.#givenModel;
  }

  #statusWords(messages: CalibrationMessages): string {
    const { pairs } = this.#session;
    const { progress } = this.#collection;
    const model = this.#engine.progress;
    if (progress && model && pairs.length === 0)
      return messages.loading(model.total > 0 ? `${Math.floor((model.loaded / model.total) * 100)}%` : '…');
    if (progress) return messages.collecting(progress.done, progress.total);
    if (pairs.length > 0)
      return messages.collected(pairs.length, new Set(pairs.map(({ ticket }) => ticket)).size);
    return this.tickets?.length ? messages.noPairs : messages.nothingGiven;
  }

  #collect(): void {
    this.#collection.stop();
    const tickets = parseTickets(this.tickets);
    const { ranker, model, modelHost, device } = this;
    if (ranker || !model) this.#engine.release();
    else this.#engine.take({ model, host: modelHost, device: device ?? 'auto' });
    if (!this.isConnected || tickets.length === 0 || !(ranker ?? model)) return;
    const { api, source, candidates } = this;
    this.#collection.start(tickets, {
      source: chosenSource({ ...NOTHING, api, source, candidates }, () => {}),
      ready: () => this.#ready(),
      limit: count(this.limit, DEFAULT_LIMIT),
    });
  }

  async #ready(): Promise<ReadyRanker> {
    const ranker = this.ranker ?? (await this.#engine.ready());
    const model = this.#engine.info?.model;
    if (model !== undefined && this.#givenModel !== undefined && model !== this.#givenModel)
      throw otherModel();
    return { ranker, thresholds: this.#shownThresholds() };
  }

  #judge(relevant: boolean): void {
    if (!this.#hasPair()) return;
    this.#session.judge(relevant);
    const messages = calibrationMessagesFor(this);
    this.#say(relevant ? messages.judgedYes : messages.judgedNo);
  }

  #putOff(): void {
    if (!this.#hasPair()) return;
    this.#session.putOff();
    this.#say(calibrationMessagesFor(this).putOff);
  }

  #undo(): void {
    if (!this.#session.canUndo) return;
    this.#session.undo();
    this.#say(calibrationMessagesFor(this).takenBack);
  }

  #hasPair(): boolean {
    return this.#session.current(this.#shownThresholds()) !== undefined;
  }

  /** Tells those who do not see it what was done, and which pair comes next. */
  #say(done: string): void {
    const messages = calibrationMessagesFor(this);
    const next = this.#session.current(this.#shownThresholds());
    this.#said = `${done}${next ? messages.nowJudging(titleOf(next)) : messages.allJudged}`;
    this.#fileNote = '';
    this.requestUpdate();
  }

  /** The thresholds push each other: medium is never above high. */
  #move(tier: 'high' | 'medium', score: number): void {
    const { high, medium } = this.#shownThresholds();
    this.#moved =
      tier === 'high'
        ? { high: score, medium: Math.min(medium, score) }
        : { high: Math.max(high, score), medium: score };
    this.#fileNote = '';
    this.requestUpdate();
  }

  #export(): void {
    const model = this.#modelName();
    if (model === undefined) return;
    const calibration = calibrationOf(model, this.#session.judged, this.#shownThresholds(), new Date());
    const event = new CustomEvent('calibration-export', {
      ...{ detail: calibration, bubbles: true, composed: true, cancelable: true },
    });
    if (this.dispatchEvent(event)) saveFile(calibration);
    this.#fileNote = calibrationMessagesFor(this).exported;
    this.requestUpdate();
  }

  async #import(file: File): Promise<void> {
    try {
      this.resume(JSON.parse(await file.text()));
    } catch (error) {
      this.#fileNote = fileFailure(error, calibrationMessagesFor(this));
      this.requestUpdate();
    }
  }

  /** Letters alone, and not where someone types. */
  readonly #onKey = (event: Event): void => {
    const { key, ctrlKey, metaKey, altKey, isComposing } = event as KeyboardEvent;
    const typing = event.target instanceof HTMLInputElement;
    if (ctrlKey || metaKey || altKey || isComposing || typing || event.defaultPrevented) return;
    const acts = new Map([
      ['y', () => this.#judge(true)],
      ['n', () => this.#judge(false)],
      ['s', () => this.#putOff()],
      ['u', () => this.#undo()],
    ]);
    const act = acts.get(key.toLowerCase());
    if (!act) return;
    event.preventDefault();
    act();
  };
}

function otherModel(): CaseMatcherError {
  return new CaseMatcherError('invalid-input', { field: 'model', reason: 'other-model' });
}

function titleOf({ past }: CalibrationPair): string {
  return past.title?.trim() || past.text.trim().slice(0, 40) || past.id;
}

declare global {
  interface HTMLElementTagNameMap {
    'case-matcher-calibration': CaseMatcherCalibrationElement;
  }
}
