/** Where the focus is in the panel, where it goes next, and where it came from. */
export class Focus {
  readonly #root: () => DocumentFragment | HTMLElement;
  #origin: HTMLElement | undefined;
  #key: string | undefined;
  #wanted: (() => HTMLElement | null | undefined) | undefined;

  constructor(root: () => DocumentFragment | HTMLElement) {
    this.#root = root;
  }

  /** The key of the case that holds the focus. */
  get case(): string | undefined {
    return this.#active?.closest<HTMLElement>('[data-key]')?.dataset['key'];
  }

  /** Call before the panel is drawn. */
  beforeUpdate(): void {
    this.#key = this.case;
  }

  /** Call after it has been: gives the focus to what was wanted, or back to a case that lost it by being redrawn. */
  afterUpdate(): void {
    const wanted = this.#wanted;
    this.#wanted = undefined;
    if (wanted) {
      wanted()?.focus();
      return;
    }
    // Never taken from anything else: not from another part of the page, nor from a case that still has it.
    const lost =
      this.#key !== undefined && this.case === undefined && document.activeElement === document.body;
    if (!lost) return;
    this.#query(`[data-key="${this.#key}"] :is(.card, .row-button)`)?.focus({ preventScroll: true });
  }

  /** Into the panel, from wherever it is now. */
  enter(): void {
    if (this.#active) return;
    const active = document.activeElement;
    this.#origin = active instanceof HTMLElement ? active : undefined;
    (this.#query('.card') ?? this.#query('#heading'))?.focus();
  }

  /** Back to where it came from; returns whether there is such a place. */
  leave(): boolean {
    const origin = this.#origin;
    this.#origin = undefined;
    if (!origin?.isConnected) return false;
    origin.focus();
    return true;
  }

  /** The card that shows this number, or else the one at this place; returns whether there is one. */
  toCard(number: number): boolean {
    const cards = Array.from(this.#root().querySelectorAll<HTMLElement>('.card:not(.skeleton)'));
    const shows = (card: HTMLElement) => card.querySelector('.rank')?.textContent === String(number);
    const card = cards.find(shows) ?? cards[number - 1];
    card?.focus();
    return card !== undefined;
  }

  /** Once the panel is drawn again: to what is then at this place of the cards, or else to what brings a case back. */
  afterwardsTo(place: number): void {
    this.#wanted = () => {
      const cards = Array.from(this.#root().querySelectorAll<HTMLElement>('.card:not(.skeleton)'));
      return cards[Math.min(place, cards.length - 1)] ?? this.#query('[part=undo]');
    };
  }

  /** Once the panel is drawn again: to the first element that matches. */
  afterwardsOn(selector: string): void {
    this.#wanted = () => this.#query(selector);
  }

  /** Presses what matches, as a click would; returns whether there is such a thing. */
  press(selector: string): boolean {
    const control = this.#query(selector);
    control?.click();
    return control !== null;
  }

  get #active(): Element | null {
    const root = this.#root();
    return root instanceof ShadowRoot ? root.activeElement : null;
  }

  #query(selector: string): HTMLElement | null {
    return this.#root().querySelector<HTMLElement>(selector);
  }
}
