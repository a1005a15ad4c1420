/** Readings from which a line is known well enough to stop. */
const LEAST_LEADERS = 6;

/** So many readings the assumption counts for that a full logit rises with its passage's one for one. */
const ASSUMED_READINGS = 4;

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
 * What a text's full logit may be is foretold from its passage's by the texts read in full so far, at least
 * {@link LEAST_LEADERS} (and twice `settle`): by the line of least squares through them, since passages may all promise
 * too much, or too little, and logits have another scale in each model. Another text can come among the best as long as
 * the upper end of its prediction interval (`caution` standard deviations; Draper and Smith, Applied Regression
 * Analysis, 1.4) reaches the full logit of the last of these. Where passages say little, the interval is wide and more
 * is read; and where it is {@link EVERYWHERE} standard deviations of what is foretold, they say nothing, and all is
 * read.
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
  readonly #line = new Line();

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
    const passage = this.#passages[this.#line.count] as Passage;
    this.#line.add(passage.logit, logit);
    this.addWhole(logit);
  }

  /** Texts to be read in full as far as is known by now, the likeliest first. None: the best are settled. */
  pending(): number[] {
    if (!this.#sorted) {
      this.#passages.sort((a, b) => b.logit - a.logit || a.index - b.index);
      this.#spread = deviation(this.#passages.map(({ logit }) => logit));
      this.#sorted = true;
    }
    return this.#passages.slice(this.#line.count, this.#end()).map(({ index }) => index);
  }

  /** How many passages, best first, can come among the best. */
  #end(): number {
    const last = this.#best[this.#settle - 1];
    const read = this.#line.count;
    if (last === undefined) return Math.max(this.certain, read + this.#settle - this.#best.length);
    if (read < this.certain) return this.certain;
    const { slope, intervalOf } = this.#line.fit(ASSUMED_READINGS * this.#spread ** 2);
    let end = read;
    // Passages come best first, but the interval is wider farther off.
    for (let i = read; i < this.#passages.length; i++) {
      const { logit } = this.#passages[i] as Passage;
      const { foretold, deviation } = intervalOf(logit);
      const margin = this.#caution * deviation;
      if (margin > 0 && margin >= EVERYWHERE * slope * this.#spread) return this.#passages.length;
      if (foretold + margin >= last) end = i + 1;
    }
    return end;
  }
}

/** The line of least squares through pairs, and how far others may lie from it. */
class Line {
  count = 0;
  #x = 0;
  #y = 0;
  #xx = 0;
  #xy = 0;
  #yy = 0;

  add(x: number, y: number): void {
    this.count++;
    this.#x += x;
    this.#y += y;
    this.#xx += x * x;
    this.#xy += x * y;
    this.#yy += y * y;
  }

  /** @param assumed how much a slope of 1 weighs against the pairs: as they do, by the sum of squares of x. */
  fit(assumed: number): {
    slope: number;
    intervalOf: (x: number) => { foretold: number; deviation: number };
  } {
    const { count } = this;
    const [x, y] = [this.#x / count, this.#y / count];
    const xx = Math.max(0, this.#xx - count * x * x);
    const xy = this.#xy - count * x * y;
    const yy = this.#yy - count * y * y;
    const width = xx + assumed;
    // Where all x are alike any slope does.
    const slope = width > 0 ? Math.max(0, (xy + assumed) / width) : 1;
    const squares = Math.max(0, yy - 2 * slope * xy + slope * slope * xx);
    const deviation = Math.sqrt(squares / Math.max(1, count - 2));
    return {
      slope,
      intervalOf: (at) => {
        const far = width > 0 ? (at - x) ** 2 / width : 0;
        return { foretold: y + slope * (at - x), deviation: deviation * Math.sqrt(1 + 1 / count + far) };
      },
    };
  }
}

/** The standard deviation; 0 of nothing. */
function deviation(values: readonly number[]): number {
  const center = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - center) ** 2)));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
