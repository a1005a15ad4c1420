import type { ReactiveControllerHost } from 'lit';
import { CaseMatcherError } from '../errors.ts';
import {
  DEFAULT_THRESHOLDS,
  type explain,
  type Generalise,
  type Lexicon,
  type Match,
  type MatchState,
  match,
  type Ranker,
  type ReadyRanker,
  type Reordering,
  sumWidenings,
  type Thresholds,
  type WideningCount,
} from '../matching/index.ts';
import type { LoadOptions, LoadProgress, RerankerInfo } from '../reranker/types.ts';
import { bm25, type Ticket } from '../tickets/index.ts';
import { ShownState } from './calm.ts';
import { EngineSlot } from './engine-slot.ts';
import { emit } from './events.ts';
import { failureCode } from './failure.ts';
import { Pace } from './pace.ts';
import { count } from './properties.ts';
import { chosenSource, chosenTicket, type Given } from './sources.ts';
import type { PanelState } from './view/model.ts';

const REORDER_MILLISECONDS = 700;
/** How long someone who writes has to pause before the ticket is read again. */
const DRAFT_MILLISECONDS = 800;

/** What a search is made of: the element's own properties. */
export interface SearchInputs extends Given {
  readonly model: string | undefined;
  readonly modelHost: string | undefined;
  readonly device: NonNullable<LoadOptions['device']> | undefined;
  readonly idleSeconds: number | undefined;
  readonly limit: number | undefined;
  readonly top: number | undefined;
  readonly halfLifeDays: number | undefined;
  readonly instruction: string | undefined;
  readonly ranker: Ranker | undefined;
  readonly thresholds: Thresholds | undefined;
  readonly generalise: boolean | undefined;
  readonly lexicon: unknown;
}

/** What follows a ranking. */
interface Afterwards extends Generalise {
  readonly explain: typeof explain;
}

/** What a search came to, and how to ask further. */
export interface Outcome {
  readonly ticket: Ticket;
  readonly state: Extract<MatchState, { phase: 'ranked' | 'unranked' }>;
  /** Absent where no model ranked. */
  readonly ranker: Ranker | undefined;
  readonly instruction: string | undefined;
  /** What explains it; undefined where it cannot be had, which was told. Never rejects. */
  readonly afterwards: () => Promise<Afterwards | undefined>;
  /** Aborted as soon as another search begins. */
  readonly signal: AbortSignal;
}

const NO_LEXICON: Lexicon = { language: 'und', entries: [], stopWords: [] };

interface SearchOptions {
  /** Called when what is on screen begins anew. */
  readonly onNew: () => void;
  /** Whether to do without the model because nobody uses what it brings. */
  readonly sparesModel: () => boolean;
  /** Awaited while candidates are fetched. Never rejects. */
  readonly prepare: () => Promise<void>;
  /** The matches that are drawn as cards, once a search is over. */
  readonly cardsOf: (matches: readonly Match[]) => readonly Match[];
  /** Called with these then. */
  readonly onEnd: (cards: readonly Match[], widened: boolean) => void;
}

/** Follows the ticket on screen from its candidates to the end of its ranking, one search at a time. */
export class Search {
  readonly #host: ReactiveControllerHost & HTMLElement & SearchInputs;
  readonly #shown = new ShownState();
  readonly #statePace = new Pace(REORDER_MILLISECONDS);
  readonly #engine: EngineSlot;
  readonly #options: SearchOptions;
  #running: AbortController | undefined;
  #retry = false;
  #pause: ReturnType<typeof setTimeout> | undefined;
  /** How far a search has come whose list is not on screen yet, because the one before it still is. */
  #ahead: PanelState | undefined;
  #ticket: Ticket | undefined;
  #outcome: Outcome | undefined;
  #widened: readonly WideningCount[] = [];
  #milliseconds: number | undefined;
  #keptAt: Date | undefined;

  constructor(host: ReactiveControllerHost & HTMLElement & SearchInputs, options: SearchOptions) {
    this.#host = host;
    this.#options = options;
    this.#engine = new EngineSlot(
      (progress) => {
        host.requestUpdate();
        emit(host, 'model-progress', progress);
      },
      () => host.requestUpdate(),
    );
  }

  /** What is on screen of it. */
  get state(): PanelState {
    return this.#shown.state;
  }

  /** How far the search has come that will replace the one on screen: the ticket was edited, or asked for again. */
  get ahead(): PanelState | undefined {
    return this.#ahead;
  }

  /** The ticket searched for, once it is known. */
  get ticket(): Ticket | undefined {
    return this.#ticket;
  }

  /** What the search on screen came to, once it is over. */
  get outcome(): Outcome | undefined {
    return this.#outcome;
  }

  /** What widening brought in the searches of this element so far. */
  get widened(): readonly WideningCount[] {
    return this.#widened;
  }

  get running(): boolean {
    return this.#running !== undefined;
  }

  /** How long the ranking took, without waiting for candidates and model. */
  get milliseconds(): number | undefined {
    return this.#milliseconds;
  }

  /** When the candidates were fetched, where they are kept ones because none can be fetched now. */
  get keptAt(): Date | undefined {
    return this.#keptAt;
  }

  /** The engine on its way. */
  get progress(): LoadProgress | undefined {
    return this.#engine.progress;
  }

  get info(): RerankerInfo | undefined {
    return this.#engine.info;
  }

  /** Begins anew with what the host says now. */
  start(): void {
    this.stop();
    if (!this.#host.isConnected) return;
    this.#ticket = undefined;
    this.#begin({ phase: 'idle' });
    this.#go();
  }

  /** Searches again for the same ticket; the cases on screen stay until there are others. */
  again(): void {
    const { state } = this.#shown;
    if (state.phase === 'unranked' && failureCode(state.error) === 'crash-loop') this.#retry = true;
    if (this.#shown.state.phase !== 'ranked') {
      this.start();
      return;
    }
    this.stop();
    this.#ahead = { phase: 'finding' };
    this.#host.requestUpdate();
    this.#go();
  }

  /** Searches again with an engine that tries what crashed before. */
  retryEngine(): void {
    this.#retry = true;
    this.again();
  }

  /** Like {@link again}, once whoever writes the ticket has paused. */
  revise(): void {
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => this.again(), DRAFT_MILLISECONDS);
  }

  stop(): void {
    clearTimeout(this.#pause);
    this.#running?.abort();
    this.#running = undefined;
    this.#ahead = undefined;
    this.#statePace.forget();
  }

  /** Lets go of the engine as well. */
  release(): void {
    this.stop();
    this.#engine.release();
  }

  /** The pointer or the focus is on the list, or left it. */
  hold(held: boolean): void {
    this.#shown.hold(held);
    this.#host.requestUpdate();
  }

  #go(): void {
    this.#keptAt = undefined;
    const running = new AbortController();
    this.#running = running;
    this.#run(running.signal).catch((error: unknown) => {
      if (running.signal.aborted) return;
      this.#show({ phase: 'failed', error });
      this.tellError(error);
    });
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { ranker, model, modelHost, device, idleSeconds, instruction, halfLifeDays = 0 } = this.#host;
    const spared = !ranker && Boolean(model) && this.#options.sparesModel();
    // The model is asked for before there is a ticket: it takes longest of all.
    if (ranker || !model || spared) this.#engine.release();
    else {
      const choice = { model, host: modelHost, device: device ?? 'auto', idleSeconds, retry: this.#retry };
      this.#engine.take(choice);
    }
    this.#retry = false;
    const chosen = chosenTicket(this.#host);
    if (!chosen) return;
    if (chosen.fetch) this.#show({ phase: 'reading' });
    const ticket = chosen.fetch ? await chosen.fetch(signal) : chosen.ticket;
    const reorder = halfLifeDays > 0 ? await reorderingBy(halfLifeDays) : undefined;
    if (signal.aborted) return;
    this.#ticket = ticket;
    let started = 0;
    let ready: ReadyRanker | undefined;
    let loading: Promise<Afterwards | undefined> | undefined;
    // Once a search, so that what cannot be had is told of once.
    const afterwards = () => {
      loading ??= this.#loadAfterwards(ticket, signal);
      return loading;
    };
    // Once there are both, candidates and a model.
    const start = () => {
      started = performance.now();
    };
    const source = chosenSource(this.#host, (at, error) => {
      this.#keptAt = at;
      this.tellError(error);
    });
    const prepared = this.#options.prepare();
    await match(ticket, {
      source: { find: async (...about) => (await Promise.all([source.find(...about), prepared]))[0] },
      ready: async () => {
        ready = spared ? undefined : await this.#ready().finally(start);
        return ready;
      },
      fallbackOrder: (query, documents) => bm25(documents).rank(query),
      limit: count(this.#host.limit, 50),
      ...(instruction ? { instruction } : {}),
      top: count(this.#host.top, 3),
      ...(reorder ? { reorder } : {}),
      ...(this.#host.generalise === false ? {} : { generalise: afterwards }),
      signal,
      onState: (state) => {
        if (isProgress(state)) return this.#statePace.call(() => this.#show(state));
        this.#statePace.forget();
        if (state.phase === 'ranking') start();
        this.#milliseconds = performance.now() - started;
        this.#show(state);
        if (state.phase === 'ranked' || state.phase === 'unranked') {
          const ranker = state.phase === 'ranked' ? ready?.ranker : undefined;
          this.#outcome = {
            ticket,
            state,
            ranker,
            instruction: instruction || undefined,
            afterwards,
            signal,
          };
        }
        this.#widened = sumWidenings([...this.#widened, ...countsOf(state)]);
        this.#tell(ticket, state);
      },
    });
  }

  async #loadAfterwards(ticket: Ticket, signal: AbortSignal): Promise<Afterwards | undefined> {
    const tell = (error: unknown) => {
      if (!signal.aborted) this.tellError(error);
    };
    try {
      const { explain, secondRound, lexiconFor } = await import('./afterwards.ts');
      const lexicon = await lexiconFor(ticket, this.#host.lexicon).catch((error: unknown) => {
        tell(error);
        // Without one there are words and categories all the same.
        return NO_LEXICON;
      });
      return { explain, secondRound, lexicon };
    } catch (cause) {
      tell(new CaseMatcherError('network', { what: 'case-matcher' }, { cause }));
      return undefined;
    }
  }

  async #ready(): Promise<ReadyRanker> {
    const { ranker, thresholds } = this.#host;
    if (ranker) return { ranker, thresholds: thresholds ?? DEFAULT_THRESHOLDS };
    const engine = await this.#engine.ready();
    return { ranker: engine, thresholds: thresholds ?? engine.info.thresholds };
  }

  #show(state: PanelState): void {
    if (this.#ahead && !hasCards(state)) {
      this.#ahead = state;
      this.#host.requestUpdate();
    } else if (this.#ahead) this.#begin(state);
    else {
      this.#shown.show(state);
      this.#host.requestUpdate();
    }
  }

  #begin(state: PanelState): void {
    this.#ahead = undefined;
    this.#outcome = undefined;
    this.#options.onNew();
    this.#shown.begin(state);
    this.#host.requestUpdate();
  }

  #tell(ticket: Ticket, state: PanelState): void {
    if (state.phase !== 'ranked' && 'error' in state) this.tellError(state.error);
    if (state.phase !== 'ranked' && state.phase !== 'unranked') return;
    const { matches } = state;
    const cards = this.#options.cardsOf(matches);
    this.#options.onEnd(cards, 'generalisation' in state && state.generalisation !== undefined);
    const cases = cards.map(({ ticket: { id }, score, tier }) => ({
      id,
      ...(score === undefined ? {} : { score }),
      ...(tier === undefined ? {} : { tier }),
    }));
    emit(this.#host, 'case-match', {
      ticketId: ticket.id,
      ranked: matches.length,
      cases,
      rankedByModel: state.phase === 'ranked',
      ...(state.phase === 'ranked' && state.generalisation ? { widened: countsOf(state) } : {}),
      ...(this.#keptAt === undefined ? {} : { keptAt: this.#keptAt.toISOString() }),
    });
  }

  /** Tells the host of a failure. */
  tellError(error: unknown): void {
    emit(this.#host, 'case-error', {
      code: failureCode(error),
      error: error instanceof Error ? error : new Error('a host function threw something that is no error'),
    });
  }
}

/** What orders by age is a file of its own; where it is no longer served, age does not count. */
async function reorderingBy(halfLifeDays: number): Promise<Reordering | undefined> {
  const module = await import('./arranging.ts').catch(() => undefined);
  return module && ((matches) => module.byRecency(matches, halfLifeDays));
}

function countsOf(state: MatchState): readonly WideningCount[] {
  return state.phase === 'ranked' ? (state.generalisation?.counts ?? []) : [];
}

/** Of such there are many, and not each has to be seen. */
function isProgress(state: MatchState): boolean {
  return (state.phase === 'ranking' || state.phase === 'widening') && state.done > 0;
}

/** Whether a state has something to put in the place of cards. */
function hasCards(state: PanelState): boolean {
  if (state.phase === 'ranking') return state.refined !== undefined;
  return state.phase !== 'reading' && state.phase !== 'finding';
}
