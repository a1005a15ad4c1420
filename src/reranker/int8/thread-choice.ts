/** Layers measured with each number of threads before one is chosen. */
const SAMPLES = 3;

/** Layers after which all are measured again: what else runs on the machine changes. */
const LAYERS_BETWEEN = 1000;

/** A thread more must be worth so much, or the agent's other programs had better have it. */
const WORTHWHILE = 0.93;

/** With fewer rows, waiting for each other counts for more than the work. */
const LEAST_ROWS = 8;

/**
 * How many threads to compute with, measured on the layers of real runs: logical processors are no cores, and a
 * machine's own count of either does not say what else runs on it. Tries 1, 2, 4 … and all of them by turns, takes
 * the fewest that are fast enough, and looks again now and then.
 */
export class ThreadChoice {
  readonly #counts: readonly number[];
  #samples: Map<number, number[]>;
  #chosen: number;
  #layers = 0;

  /** @param most threads there are */
  constructor(most: number) {
    const counts: number[] = [];
    for (let count = 1; count < most; count *= 2) counts.push(count);
    this.#counts = [...counts, most];
    this.#samples = new Map(this.#counts.map((count) => [count, []]));
    this.#chosen = most;
  }

  /** The number for the next layer, which is over `rows`. */
  next(rows: number): number {
    if (rows < LEAST_ROWS) return this.#chosen;
    const [first] = this.#counts
      .filter((count) => this.#taken(count) < SAMPLES)
      .sort((a, b) => this.#taken(a) - this.#taken(b));
    return this.#counts.length === 1 ? this.#chosen : (first ?? this.#chosen);
  }

  /** What a layer over `rows` took with `threads`. */
  measured(threads: number, { rows, milliseconds }: { rows: number; milliseconds: number }): void {
    if (rows < LEAST_ROWS || this.#counts.length === 1) return;
    const samples = this.#samples.get(threads);
    if (samples !== undefined && samples.length < SAMPLES) {
      samples.push(milliseconds / rows);
      if (this.#counts.every((count) => this.#taken(count) === SAMPLES)) this.#choose();
      return;
    }
    this.#layers += 1;
    if (this.#layers < LAYERS_BETWEEN) return;
    this.#layers = 0;
    this.#samples = new Map(this.#counts.map((count) => [count, []]));
  }

  get chosen(): number {
    return this.#chosen;
  }

  #taken(count: number): number {
    return this.#samples.get(count)?.length ?? 0;
  }

  #choose(): void {
    let least = Number.POSITIVE_INFINITY;
    for (const count of this.#counts) {
      const time = Math.min(...(this.#samples.get(count) ?? []));
      if (time >= least * WORTHWHILE) continue;
      least = time;
      this.#chosen = count;
    }
  }
}
