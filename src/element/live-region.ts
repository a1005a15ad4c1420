import type { ReactiveControllerHost } from 'lit';

/** What the panel says to people who listen. The region itself is on the page before there is anything to say. */
export class LiveRegion {
  readonly #host: ReactiveControllerHost;
  #text = '';
  #state = '';

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
  }

  get text(): string {
    return this.#text;
  }

  /** Says what became of the search, once for each change of it. */
  follow(state: string): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#set(state);
  }

  /** Says something now. What was said last is said again by clearing the region first (ARIA22). */
  say(words: string): void {
    const again = words === this.#text;
    this.#set(again ? '' : words);
    if (again) void this.#host.updateComplete.then(() => this.#set(words));
  }

  clear(): void {
    this.#set('');
  }

  #set(text: string): void {
    this.#text = text;
    this.#host.requestUpdate();
  }
}
