import type { ReactiveControllerHost } from 'lit';

/** What fills the panel: the cases, the tree that compares how they were handled, or the whole path of one of them. */
export type View =
  | { readonly name: 'cases' }
  | { readonly name: 'tree' }
  /** By its first-stage rank; `from` is where Back leads. */
  | { readonly name: 'path'; readonly case: number; readonly from: 'cases' | 'tree' };

/** What is open in the panel. */
export interface Shown {
  readonly view: View;
  /** First-stage ranks of the cases drawn in full. */
  readonly expanded: ReadonlySet<number>;
  /** First-stage ranks of the cases whose near-duplicates are drawn as well. */
  readonly unfolded: ReadonlySet<number>;
  readonly restShown: boolean;
  readonly keysShown: boolean;
  readonly insightsShown: boolean;
  /** Key of the number whose cases are listed. */
  readonly figure: string | undefined;
  /** Ids of the nodes of the tree that are folded, and of the one that Tab leads to. */
  readonly foldedNodes: ReadonlySet<string>;
  readonly activeNode: string;
}

const CLOSED: Shown = {
  view: { name: 'cases' },
  expanded: new Set(),
  unfolded: new Set(),
  restShown: false,
  keysShown: false,
  insightsShown: false,
  figure: undefined,
  foldedNodes: new Set(),
  activeNode: '0',
};

/** What is open in the panel: it looks different, and is no other search for it. */
export class Views {
  readonly #host: ReactiveControllerHost;
  #shown = CLOSED;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
  }

  get shown(): Shown {
    return this.#shown;
  }

  /** Folds or unfolds a case; returns whether it is unfolded now. */
  toggleCase(firstStageRank: number): boolean {
    this.#set({ expanded: toggled(this.#shown.expanded, firstStageRank) });
    return this.#shown.expanded.has(firstStageRank);
  }

  /** Likewise what says the same as a case. */
  toggleDuplicates(firstStageRank: number): boolean {
    this.#set({ unfolded: toggled(this.#shown.unfolded, firstStageRank) });
    return this.#shown.unfolded.has(firstStageRank);
  }

  toggle(what: 'restShown' | 'keysShown' | 'insightsShown'): boolean {
    this.#set({ [what]: !this.#shown[what] });
    return this.#shown[what];
  }

  /** Lists the cases behind a number, or no longer; returns whether they are listed now. */
  toggleFigure(key: string): boolean {
    this.#set({ figure: this.#shown.figure === key ? undefined : key });
    return this.#shown.figure === key;
  }

  show(view: View): void {
    this.#set({ view });
  }

  toggleNode(id: string): void {
    this.#set({ foldedNodes: toggled(this.#shown.foldedNodes, id), activeNode: id });
  }

  goToNode(id: string): void {
    this.#set({ activeNode: id });
  }

  /** Closes what was opened last: a list over the panel, a view, a number; returns whether there was such a thing. */
  back(): boolean {
    const { keysShown, view, figure, insightsShown } = this.#shown;
    if (keysShown) this.#set({ keysShown: false });
    else if (view.name === 'path' && view.from === 'tree') this.#set({ view: { name: 'tree' } });
    else if (view.name !== 'cases') this.#set({ view: { name: 'cases' } });
    else if (figure !== undefined) this.#set({ figure: undefined });
    else if (insightsShown) this.#set({ insightsShown: false });
    else return false;
    return true;
  }

  /** Closes all that belongs to the cases on screen. */
  reset(): void {
    this.#set({ ...CLOSED, keysShown: this.#shown.keysShown });
  }

  #set(changes: Partial<Shown>): void {
    this.#shown = { ...this.#shown, ...changes };
    this.#host.requestUpdate();
  }
}

function toggled<T>(set: ReadonlySet<T>, item: T): ReadonlySet<T> {
  const next = new Set(set);
  if (!next.delete(item)) next.add(item);
  return next;
}
