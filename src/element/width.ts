import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Below this many CSS pixels words give way to icons. */
const NARROW = 420;

/** Follows the width of the panel: container queries are younger than the browsers this runs in. */
export class Width implements ReactiveController {
  readonly #host: ReactiveControllerHost & HTMLElement;
  #observer: ResizeObserver | undefined;
  #pixels = 0;

  constructor(host: ReactiveControllerHost & HTMLElement) {
    this.#host = host;
    host.addController(this);
  }

  get narrow(): boolean {
    return this.#pixels > 0 && this.#pixels < NARROW;
  }

  /** CSS pixels from edge to edge. */
  get pixels(): number {
    return this.#pixels;
  }

  hostConnected(): void {
    this.#measure();
    // A frame later: a panel that grows while the observer reports makes the page hear of an "undelivered" error.
    this.#observer = new ResizeObserver(() => requestAnimationFrame(() => this.#measure()));
    this.#observer.observe(this.#host);
  }

  hostDisconnected(): void {
    this.#observer?.disconnect();
  }

  #measure(): void {
    const pixels = this.#host.offsetWidth;
    if (pixels === this.#pixels) return;
    this.#pixels = pixels;
    this.#host.requestUpdate();
  }
}
