/** Between two drawings on a terminal. */
const DRAW_MS = 100;
/** Span of the moving average of the rate. */
const RATE_MS = 8000;
const WIDEST_BAR = 24;
/** Files below this get one plain line, when they are there. */
const SMALL_BYTES = 50e6;

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
      this.#output.write(`\r${this.#withBar(step)}\x1b[K`);
      this.#open = true;
    } else {
      const tenth = step.total ? Math.floor((step.done / step.total) * 10) : 0;
      const small = step.bytes && (step.total ?? 0) < SMALL_BYTES;
      if (tenth <= this.#tenth || (small && !finished)) return;
      this.#tenth = tenth;
      this.#output.write(`${[step.label, share(step), amount(step)].filter(Boolean).join('  ')}\n`);
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

  #withBar(step: Step): string {
    const { label, done, total, bytes } = step;
    const rate = this.#rate();
    const speed = bytes && rate > 0 ? `${inBytes(rate)}/s` : '';
    const left = total && done < total && rate > 0 ? `${clock((total - done) / rate)} left` : '';
    const parts = [label, share(step), amount(step), speed, left].filter(Boolean);
    const columns = (this.#output.columns ?? 80) - 1;
    const room = Math.min(WIDEST_BAR, columns - parts.join('  ').length - '  []'.length);
    if (total && room >= 4) {
      const filled = Math.round(Math.min(1, done / total) * room);
      parts.splice(1, 0, `[${'='.repeat(filled)}${' '.repeat(room - filled)}]`);
    }
    return parts.join('  ').slice(0, columns);
  }

  /** Per second. */
  #rate(): number {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)];
    if (!first || !last || last.at === first.at) return 0;
    return ((last.done - first.done) / (last.at - first.at)) * 1000;
  }
}

function share({ done, total }: Step): string {
  return total ? `${Math.floor(Math.min(1, done / total) * 100)} %` : '';
}

function amount({ done, total, bytes }: Step): string {
  if (!bytes) return '';
  return total ? `${inBytes(done)} of ${inBytes(total)}` : inBytes(done);
}

/** An amount of bytes for people: kB, MB or GB, of a thousand each. */
export function inBytes(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(2)} GB`;
  return bytes >= 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e3).toFixed(1)} kB`;
}

/** Seconds as 0:07, 12:30 or 1:02:03. */
function clock(seconds: number): string {
  const whole = Math.ceil(seconds);
  const parts = [Math.floor(whole / 60) % 60, whole % 60].map((part) => String(part).padStart(2, '0'));
  const hours = Math.floor(whole / 3600);
  return hours > 0 ? `${hours}:${parts.join(':')}` : parts.join(':').replace(/^0/, '');
}
