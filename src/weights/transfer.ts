/** Where bytes come from now; from another tab of this origin, which downloads, by way of what it stores. */
export type ByteSource = 'store' | 'other-tab' | 'network';

/** How a load stands. */
export interface PackProgress {
  /** Bytes at hand, from disk or network. */
  readonly loaded: number;
  readonly total: number;
  /** Bytes that came over the network, those of attempts that failed among them. */
  readonly fetched: number;
  /** Over the network, in the last ten seconds; undefined while there is nothing to tell it by. */
  readonly bytesPerSecond: number | undefined;
  /** At that rate; undefined where it is not known, or nothing arrives. */
  readonly secondsLeft: number | undefined;
  readonly from: ByteSource;
}

const WINDOW_SECONDS = 10;
/** A rate over less than this says more about buffers than about the line. */
const LEAST_SECONDS = 1;
const SAMPLE_SECONDS = 0.25;

export interface TransferOptions {
  /** Bytes of everything, as far as they are known before. */
  readonly total: number;
  /** Whether more than `total` may come, so that nobody can say how long it takes. */
  readonly open?: boolean;
  readonly report: (progress: PackProgress) => void;
  /** In milliseconds. */
  readonly now?: () => number;
}

/** Counts the bytes of a load, and how fast they come. */
export class Transfer {
  readonly #total: number;
  readonly #open: boolean;
  readonly #report: (progress: PackProgress) => void;
  readonly #now: () => number;
  #loaded = 0;
  #fetched = 0;
  #from: ByteSource = 'store';
  /** Oldest first; `at` in milliseconds. Empty while nothing is fetched. */
  #samples: { readonly at: number; readonly fetched: number }[] = [];

  constructor({ total, open = false, report, now = () => performance.now() }: TransferOptions) {
    this.#total = total;
    this.#open = open;
    this.#report = report;
    this.#now = now;
    this.#tell();
  }

  get loaded(): number {
    return this.#loaded;
  }

  get fetched(): number {
    return this.#fetched;
  }

  /** Bytes that were found on disk. */
  found(bytes: number): void {
    this.#loaded += bytes;
    this.#tell();
  }

  /** Bytes that came over the network; negative where some have to be fetched anew. */
  arrived(bytes: number): void {
    this.#loaded += bytes;
    this.#fetched += Math.max(0, bytes);
    this.#tell();
  }

  from(source: ByteSource): void {
    this.#from = source;
    this.#tell();
  }

  /** Runs the fetching part of a load, in which a line that went dead has to be told without anything arriving. */
  async whileFetching<T>(fetching: () => Promise<T>): Promise<T> {
    this.#samples = [{ at: this.#now(), fetched: this.#fetched }];
    this.from('network');
    const ticking = setInterval(() => this.#tell(), 1000);
    try {
      return await fetching();
    } finally {
      clearInterval(ticking);
      this.#samples = [];
    }
  }

  #tell(): void {
    const loaded = this.#loaded;
    // More than was announced is an error that is about to be found, or was to be expected.
    const total = Math.max(this.#total, loaded);
    const bytesPerSecond = this.#rate();
    const secondsLeft = bytesPerSecond && !this.#open ? (total - loaded) / bytesPerSecond : undefined;
    this.#report({
      loaded,
      total,
      fetched: this.#fetched,
      bytesPerSecond,
      secondsLeft,
      from: this.#from,
    });
  }

  #rate(): number | undefined {
    const last = this.#samples[this.#samples.length - 1];
    if (last === undefined) return undefined;
    const now = this.#now();
    if (now - last.at >= SAMPLE_SECONDS * 1000) this.#samples.push({ at: now, fetched: this.#fetched });
    while (this.#samples.length > 2 && now - (this.#samples[1]?.at ?? now) >= WINDOW_SECONDS * 1000) {
      this.#samples.shift();
    }
    const [first = last] = this.#samples;
    const seconds = (now - first.at) / 1000;
    return seconds < LEAST_SECONDS ? undefined : (this.#fetched - first.fetched) / seconds;
  }
}
