import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Below this many CSS pixels words give way to icons. */
const NARROW = 420;

/** Follows the width of the panel: container queries are younger than the browsers this runs in. */
export class Width implements ReactiveController {
  readonly #host: ReactiveControllerHost & HTMLElement;
  #observer: ResizeObserver | undefined;
  #narrow = false;

  constructor(host: ReactiveControllerHost & HTMLElement) {
    this.#host = host;
    host.addController(this);
  }

  get narrow(): boolean {
    return this.#narrow;
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
    const width = this.#host.offsetWidth;
    const narrow = width > 0 && width < NARROW;
    if (narrow === this.#narrow) return;
    this.#narrow = narrow;
    this.#host.requestUpdate();
  }
}
