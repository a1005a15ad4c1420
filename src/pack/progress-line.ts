/** Between two drawings on a terminal. */
const DRAW_MS = 100;
/** Span of the moving average of the rate. */
const RATE_MS = 8000;
const BAR = 24;

export interface Step {
  readonly label: string;
  /** Of `total`; in bytes when `bytes` is set. */
  readonly done: number;
  readonly total?: number;
  readonly bytes?: boolean;
}

interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/**
 * Shows how far a step is: on a terminal one line that is drawn over, with a bar, bytes, rate and time left; elsewhere a
 * plain line at every tenth.
 */
export class ProgressLine {
  readonly #output: Output;
  readonly #now: () => number;
  #label = '';
  #samples: { at: number; done: number }[] = [];
  #drawnAt = Number.NEGATIVE_INFINITY;
  #tenth = -1;
  #open = false;

  constructor(output: Output, now: () => number = Date.now) {
    this.#output = output;
    this.#now = now;
  }

  show(step: Step): void {
    if (step.label !== this.#label) {
      this.end();
      this.#label = step.label;
    }
    const finished = step.done === step.total;
    this.#sample(step.done);
    if (this.#output.isTTY) {
      if (!finished && this.#now() - this.#drawnAt < DRAW_MS) return;
      this.#drawnAt = this.#now();
      const width = (this.#output.columns ?? 80) - 1;
      this.#output.write(`\r${this.#line(step, true).slice(0, width)}\x1b[K`);
      this.#open = true;
    } else {
      const tenth = step.total ? Math.floor((step.done / step.total) * 10) : 0;
      if (tenth <= this.#tenth) return;
      this.#tenth = tenth;
      this.#output.write(`${this.#line(step, false)}\n`);
    }
  }

  /** Writes a line of its own, above the one that is drawn over. */
  note(text: string): void {
    this.#output.write(this.#open ? `\r${text}\x1b[K\n` : `${text}\n`);
  }

  /** Ends the line: what is written next starts a new one. */
  end(): void {
    if (this.#open) this.#output.write('\n');
    this.#open = false;
    this.#label = '';
    this.#samples = [];
    this.#tenth = -1;
    this.#drawnAt = Number.NEGATIVE_INFINITY;
  }

  #sample(done: number): void {
    const at = this.#now();
    // Less than before: the file was started again.
    if (done < (this.#samples.at(-1)?.done ?? 0)) this.#samples = [];
    this.#samples.push({ at, done });
    while (this.#samples.length > 2 && at - (this.#samples[1] as { at: number }).at > RATE_MS)
      this.#samples.shift();
  }

  #line({ label, done, total, bytes }: Step, bar: boolean): string {
    const parts = [label];
    const share = total ? Math.min(1, done / total) : undefined;
    if (share !== undefined) {
      const filled = Math.round(share * BAR);
      if (bar) parts.push(`[${'='.repeat(filled)}${' '.repeat(BAR - filled)}]`);
      parts.push(`${Math.floor(share * 100)} %`);
    }
    if (bytes) parts.push(total ? `${megabytes(done)} of ${megabytes(total)}` : megabytes(done));
    const rate = this.#rate();
    if (bar && rate > 0) {
      if (bytes) parts.push(`${megabytes(rate)}/s`);
      if (total && done < total) parts.push(`${clock((total - done) / rate)} left`);
    }
    return parts.join('  ');
  }

  /** Per second. */
  #rate(): number {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)];
    if (!first || !last || last.at === first.at) return 0;
    return ((last.done - first.done) / (last.at - first.at)) * 1000;
  }
}

export function megabytes(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(2)} GB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** Seconds as 0:07, 12:30 or 1:02:03. */
function clock(seconds: number): string {
  const whole = Math.ceil(seconds);
  const parts = [Math.floor(whole / 60) % 60, whole % 60].map((part) => String(part).padStart(2, '0'));
  const hours = Math.floor(whole / 3600);
  return hours > 0 ? `${hours}:${parts.join(':')}` : parts.join(':').replace(/^0/, '');
}
