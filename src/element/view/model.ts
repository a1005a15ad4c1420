import type {
  CasePath,
  Explanations,
  FoldedMatch,
  HandlingNode,
  HandlingTree,
  Insights,
  Match,
  MatchState,
  PlaceCluster,
} from '../../matching/index.ts';
import type { LoadProgress, RerankerInfo } from '../../reranker/types.ts';
import type { TicketChoices } from '../choices.ts';
import type { Deeper } from '../depth.ts';
import type { Messages } from '../locales/index.ts';
import type { LaterMessages } from '../locales/later-messages.ts';
import type { Shown } from '../views.ts';

/** What a panel can show: a search, or why there is none yet. */
export type PanelState = { readonly phase: 'idle' } | { readonly phase: 'reading' } | MatchState;

/** Everything the views draw from; they hold no state of their own. */
export interface Panel extends Shown {
  readonly messages: Messages;
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
  /** Whether age counts within a tier. */
  readonly byAge: boolean;
  readonly milliseconds: number | undefined;
  /** When the list shown was fetched, where it is one from before. */
  readonly keptAt: Date | undefined;
  /** The cases on screen, near-duplicates folded, without those found not relevant. */
  readonly cases: readonly FoldedMatch[];
  /** All that the search found. */
  readonly known: readonly Match[];
  /** Why each of the cards is shown; they come one by one once the ranking is over. */
  readonly explanations: Explanations;
  readonly choices: TicketChoices;
  /** Cases of this search that were found not relevant. */
  readonly rejected: number;

  // What comes after the first cases; absent until it is there.
  readonly deeper: Deeper | undefined;
  readonly insights: Insights | undefined;
  readonly tree: HandlingTree | undefined;
  readonly path: { readonly match: Match; readonly path: CasePath | undefined } | undefined;

  // How it is looked at
  /** Whether the panel is too narrow for words on every button. */
  readonly narrow: boolean;
  /** CSS pixels from edge to edge. */
  readonly width: number;
  /** Whether the last thing done here was done by a key: keys are then told beside the buttons. */
  readonly byKeyboard: boolean;
  /** The shortcut into the panel as people write it; empty where there is none. */
  readonly shortcut: string;
  /** Text of the live region. */
  readonly announcement: string;
  readonly actions: PanelActions;
}

/** What is drawn later has more words. */
export type LaterPanel = Omit<Panel, 'messages'> & { readonly messages: LaterMessages };

export interface PanelActions {
  toggle(match: Match): void;
  toggleDuplicates(match: Match): void;
  toggleRest(): void;
  toggleKeys(): void;
  toggleInsights(): void;
  toggleTree(): void;
  showFigure(key: string): void;
  showPath(match: Match): void;
  /** One step back. */
  back(): void;
  treeKey(event: KeyboardEvent, root: HandlingNode): void;
  pickNode(node: HandlingNode): void;
  print(match: Match): void;
  adopt(match: Match): void;
  copy(match: Match): void;
  link(match: Match): void;
  reject(match: Match): void;
  /** Brings back the case found not relevant last. */
  undo(): void;
  propose(cluster: PlaceCluster): void;
  contact(match: Match): void;
  open(match: Match, event: Event): void;
  refresh(): void;
  /** Has the engine tried where it crashed before. */
  retryEngine(): void;
  /** The pointer or the focus is on the list: it must not move now. */
  hold(held: boolean): void;
}
