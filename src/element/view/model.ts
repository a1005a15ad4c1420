import type { Explanations, Match, MatchState } from '../../matching/index.ts';
import type { LoadProgress, RerankerInfo } from '../../reranker/types.ts';
import type { TicketChoices } from '../choices.ts';
import type { Messages } from '../locales/index.ts';

/** What a panel can show: a search, or why there is none yet. */
export type PanelState = { readonly phase: 'idle' } | { readonly phase: 'reading' } | MatchState;

/** Everything the views draw from; they hold no state of their own. */
export interface Panel {
  readonly messages: Messages;
  /** Without the cases that were found not relevant. */
  readonly state: PanelState;
  /** How far the search has come that will replace the one on screen. */
  readonly ahead: PanelState | undefined;
  /** The engine on its way; absent once it is ready. */
  readonly progress: LoadProgress | undefined;
  readonly info: RerankerInfo | undefined;
  /** Whether the host passed its own ranker. */
  readonly rankedByHost: boolean;
  /** How many cases are drawn as cards. */
  readonly top: number;
  readonly milliseconds: number | undefined;
  /** When the past tickets were fetched, where they are kept ones. */
  readonly keptAt: Date | undefined;
  /** Why each of the cards is shown; they come one by one once the ranking is over. */
  readonly explanations: Explanations;
  /** First-stage ranks of the cases drawn in full. */
  readonly expanded: ReadonlySet<number>;
  readonly restShown: boolean;
  readonly choices: TicketChoices;
  /** Cases of this search that were found not relevant. */
  readonly rejected: number;
  /** Whether the panel is too narrow for words on every button. */
  readonly narrow: boolean;
  /** Whether the last thing done here was done by a key: keys are then told beside the buttons. */
  readonly byKeyboard: boolean;
  readonly keysShown: boolean;
  /** The shortcut into the panel as people write it; empty where there is none. */
  readonly shortcut: string;
  /** Text of the live region. */
  readonly announcement: string;
  readonly actions: PanelActions;
}

export interface PanelActions {
  toggle(match: Match): void;
  toggleRest(): void;
  toggleKeys(): void;
  adopt(match: Match): void;
  copy(match: Match): void;
  link(match: Match): void;
  reject(match: Match): void;
  /** Brings back the case found not relevant last. */
  undo(): void;
  contact(match: Match): void;
  open(match: Match, event: Event): void;
  refresh(): void;
  /** Has the engine tried where it crashed before. */
  retryEngine(): void;
  /** The pointer or the focus is on the list: it must not move now. */
  hold(held: boolean): void;
}
