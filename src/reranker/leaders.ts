/** Readings from which a distance is known well enough to stop. */
const LEAST_LEADERS = 6;

/** In a normal distribution almost nothing lies farther from the mean. */
const EVERYWHERE = 3;

export interface LeadersOptions {
  /** How many of the best are to be settled. */
  readonly settle: number;
  /** See {@link Leaders}. */
  readonly caution: number;
}

interface Passage {
  readonly index: number;
  readonly logit: number;
}

/**
 * Decides which texts, scored by a passage, are read in full as well: the best ones by passage, one after the other,
 * until no other can come among the best `settle`.
 *
 * Another can as long as its passage's logit plus a margin reaches the full logit of the last of these. The margin is
 * measured, since logits have another scale in each model: `caution` times the root mean square of the distances
 * between passage and full reading of the texts read in full so far, which are at least {@link LEAST_LEADERS} (and
 * twice `settle`). Where passages say little, the distances are large and more is read; and where the margin is
 * {@link EVERYWHERE} standard deviations of the passages' logits, they say nothing, and all is read.
 */
export class Leaders {
  readonly #settle: number;
  /** How many are read in full whatever their scores. */
  readonly least: number;
  readonly #caution: number;
  readonly #passages: Passage[] = [];
  /** Full logits, the best `settle` of them, best first. */
  readonly #best: number[] = [];
  #sorted = false;
  #spread = 0;
  #read = 0;
  #squares = 0;

  constructor({ settle, caution }: LeadersOptions) {
    this.#settle = settle;
    this.least = Math.max(LEAST_LEADERS, 2 * settle);
    this.#caution = caution;
  }

  /** {@link least}, of those that came so far. */
  get certain(): number {
    return Math.min(this.least, this.#passages.length);
  }

  /** A text whose passage alone was scored. All of them come before the first {@link pending}. */
  addPassage(index: number, logit: number): void {
    this.#passages.push({ index, logit });
    this.#sorted = false;
  }

  /** A text that fits a passage: its score is final. */
  addWhole(logit: number): void {
    this.#best.push(logit);
    this.#best.sort((a, b) => b - a);
    this.#best.length = Math.min(this.#best.length, this.#settle);
  }

  /** The full score of the first that was {@link pending}. */
  addFull(logit: number): void {
    const passage = this.#passages[this.#read++] as Passage;
    this.#squares += (logit - passage.logit) ** 2;
    this.addWhole(logit);
  }

  /** Texts to be read in full as far as is known by now, the likeliest first. None: the best are settled. */
  pending(): number[] {
    if (!this.#sorted) {
      this.#passages.sort((a, b) => b.logit - a.logit || a.index - b.index);
      this.#spread = deviation(this.#passages.map(({ logit }) => logit));
      this.#sorted = true;
    }
    return this.#passages.slice(this.#read, this.#end()).map(({ index }) => index);
  }

  /** How many passages, best first, can come among the best. */
  #end(): number {
    const last = this.#best[this.#settle - 1];
    if (last === undefined) return Math.max(this.certain, this.#read + this.#settle - this.#best.length);
    if (this.#read < this.certain) return this.certain;
    const margin = this.#caution * Math.sqrt(this.#squares / Math.max(1, this.#read));
    if (margin > 0 && margin >= EVERYWHERE * this.#spread) return this.#passages.length;
    let end = this.#read;
    while (end < this.#passages.length && (this.#passages[end] as Passage).logit + margin >= last) end++;
    return end;
  }
}

/** The standard deviation; 0 of nothing. */
function deviation(values: readonly number[]): number {
  const count = Math.max(1, values.length);
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count);
}
