import type { Match, MatchState } from '../../matching/index.ts';
import type { LoadProgress, RerankerInfo } from '../../reranker/types.ts';
import type { Messages } from '../locales/index.ts';

/** What a panel can show: a search, or why there is none yet. */
export type PanelState = { readonly phase: 'idle' } | { readonly phase: 'reading' } | MatchState;

/** Everything the views draw from; they hold no state of their own. */
export interface Panel {
  readonly messages: Messages;
  readonly state: PanelState;
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
  /** First-stage ranks of the cases drawn in full. */
  readonly expanded: ReadonlySet<number>;
  readonly restShown: boolean;
  /** Text of the live region. */
  readonly announcement: string;
  readonly actions: PanelActions;
}

export interface PanelActions {
  toggle(match: Match): void;
  toggleRest(): void;
  open(match: Match, event: Event): void;
  retry(): void;
  /** The pointer or the focus is on the list: it must not move now. */
  hold(held: boolean): void;
}
