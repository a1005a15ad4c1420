const TICK_SECONDS = 5;
/** Ticks without a word. Counted, not timed: a tab in the background, or a computer asleep, ticks late. */
const PATIENCE = 4;

/**
 * Notices that the other side has fallen silent: a tab that is frozen, or stuck in a dialog, holds its locks and answers
 * nothing.
 */
export class Silence {
  readonly #ask: () => void;
  readonly #giveUp: () => void;
  #timer: ReturnType<typeof setInterval> | undefined;
  #unanswered = 0;

  constructor(options: { ask: () => void; giveUp: () => void }) {
    this.#ask = options.ask;
    this.#giveUp = options.giveUp;
  }

  watch(): void {
    if (this.#timer !== undefined) return;
    this.#unanswered = 0;
    this.#timer = setInterval(() => {
      if (this.#unanswered++ < PATIENCE) this.#ask();
      else {
        this.rest();
        this.#giveUp();
      }
    }, TICK_SECONDS * 1000);
  }

  heard(): void {
    this.#unanswered = 0;
  }

  rest(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
