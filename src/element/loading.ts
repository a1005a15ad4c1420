import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** When a panel begins its work: see `loading` of the element. */
export type Loading = 'eager' | 'lazy' | 'auto';

/** Whether the host leaves it to the panel. */
export function isAuto({ loading }: { readonly loading: Loading | undefined }): boolean {
  return loading !== 'eager' && loading !== 'lazy';
}

/** Below this many gigabytes of memory (as `navigator.deviceMemory` tells them) a seat is spared what nobody looks at. */
const ENOUGH_MEMORY = 4;

interface Hints {
  readonly connection?: { readonly saveData?: boolean };
  readonly deviceMemory?: number;
}

/** Whether `auto` waits: on a page that is hidden, with data saving, and on a machine with little memory. */
export function isSparing(hints: Hints = navigator as Hints): boolean {
  return (
    document.visibilityState === 'hidden' ||
    hints.connection?.saveData === true ||
    (hints.deviceMemory ?? ENOUGH_MEMORY) < ENOUGH_MEMORY
  );
}

/**
 * Keeps a panel from working until someone can see it, where it is told to wait. Once open it stays open while the
 * element is on the page.
 */
export class LoadingGate implements ReactiveController {
  readonly #host: ReactiveControllerHost & HTMLElement & { readonly loading: Loading | undefined };
  readonly #onOpen: () => void;
  #observer: IntersectionObserver | undefined;
  #open = false;

  constructor(
    host: ReactiveControllerHost & HTMLElement & { readonly loading: Loading | undefined },
    onOpen: () => void,
  ) {
    this.#host = host;
    this.#onOpen = onOpen;
    host.addController(this);
  }

  /** Whether to work now. Where not, `onOpen` will be called once it is time. */
  get open(): boolean {
    const { loading } = this.#host;
    if (this.#open || loading === 'eager' || (loading !== 'lazy' && !isSparing())) this.#open = true;
    else this.#watch();
    return this.#open;
  }

  /** Someone asked for it. */
  force(): void {
    this.#open = true;
    this.#unwatch();
  }

  hostDisconnected(): void {
    this.#unwatch();
    this.#open = false;
  }

  #watch(): void {
    if (this.#observer) return;
    this.#observer = new IntersectionObserver(([entry]) => {
      if (!entry?.isIntersecting || document.visibilityState === 'hidden') return;
      this.force();
      this.#onOpen();
    });
    this.#observer.observe(this.#host);
    document.addEventListener('visibilitychange', this.#look);
  }

  /** An observer says nothing when only the page comes into view. */
  readonly #look = (): void => {
    this.#observer?.unobserve(this.#host);
    this.#observer?.observe(this.#host);
  };

  #unwatch(): void {
    this.#observer?.disconnect();
    this.#observer = undefined;
    document.removeEventListener('visibilitychange', this.#look);
  }
}
