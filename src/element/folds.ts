import type { ReactiveControllerHost } from 'lit';

/** What is unfolded in the panel: it looks different, and is no other search for it. */
export class Folds {
  readonly #host: ReactiveControllerHost;
  #expanded: ReadonlySet<number> = new Set();
  #restShown = false;
  #keysShown = false;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
  }

  /** First-stage ranks of the cases drawn in full. */
  get expanded(): ReadonlySet<number> {
    return this.#expanded;
  }

  get restShown(): boolean {
    return this.#restShown;
  }

  get keysShown(): boolean {
    return this.#keysShown;
  }

  /** Folds or unfolds a case; returns whether it is unfolded now. */
  toggle(firstStageRank: number): boolean {
    const expanded = new Set(this.#expanded);
    const folded = expanded.delete(firstStageRank);
    if (!folded) expanded.add(firstStageRank);
    this.#expanded = expanded;
    this.#host.requestUpdate();
    return !folded;
  }

  toggleRest(): void {
    this.#restShown = !this.#restShown;
    this.#host.requestUpdate();
  }

  toggleKeys(): void {
    this.#keysShown = !this.#keysShown;
    this.#host.requestUpdate();
  }

  /** Folds all that belongs to the cases on screen. */
  reset(): void {
    this.#expanded = new Set();
    this.#restShown = false;
    this.#host.requestUpdate();
  }
}
