/**
 * Lets a call through at most once in so many milliseconds: the first at once, of those in between the last one,
 * late. What is due can be forgotten, so that an old call never follows a new state.
 */
export class Pace {
  readonly #interval: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #due: (() => void) | undefined;

  constructor(milliseconds: number) {
    this.#interval = milliseconds;
  }

  call(action: () => void): void {
    if (this.#timer !== undefined) {
      this.#due = action;
      return;
    }
    this.#timer = setTimeout(() => {
      const due = this.#due;
      this.forget();
      if (due) this.call(due);
    }, this.#interval);
    action();
  }

  forget(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#due = undefined;
  }
}
