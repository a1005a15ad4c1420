import { type Judgement, nextToJudge, type Thresholds } from '../../matching/index.ts';
import { type CalibrationPair, pairKey } from './pairs.ts';

/**
 * Pairs, what a person said of them, and which is to be judged now. Kept in memory alone. The pair on screen stays there
 * until it is judged or put off, whatever pairs and thresholds come.
 */
export class CalibrationSession {
  readonly #pairs = new Map<string, CalibrationPair>();
  /** By the key of the pair. One that was brought back may be of a pair that is not here, or not yet. */
  readonly #judgements = new Map<string, Judgement>();
  readonly #putOff = new Set<string>();
  /** Keys in the order in which they were judged. */
  readonly #history: string[] = [];
  #current: string | undefined;

  get pairs(): readonly CalibrationPair[] {
    return [...this.#pairs.values()];
  }

  /** Pairs that are here, and those that were judged before and are not. */
  get total(): number {
    return new Set([...this.#pairs.keys(), ...this.#judgements.keys()]).size;
  }

  /** A pair that is here counts with the score it has now. */
  get judged(): readonly Judgement[] {
    return [...this.#judgements].map(([key, judgement]) => {
      const score = this.#pairs.get(key)?.score;
      return score === undefined ? judgement : { ...judgement, score };
    });
  }

  get canUndo(): boolean {
    return this.#history.length > 0;
  }

  /** Pairs that are known already stay as they are. */
  add(pairs: readonly CalibrationPair[]): void {
    for (const pair of pairs) if (!this.#pairs.has(pair.key)) this.#pairs.set(pair.key, pair);
  }

  /** Brings judgements of another time back. What was judged here stays as it is. */
  bringBack(judgements: readonly Judgement[]): void {
    for (const judgement of judgements) {
      const key = pairKey(judgement.ticketId, judgement.pastId);
      if (!this.#history.includes(key)) this.#judgements.set(key, judgement);
      if (key === this.#current) this.#current = undefined;
    }
  }

  /** The pair most worth judging; undefined once all are judged. Those put off come last. */
  current(thresholds: Thresholds): CalibrationPair | undefined {
    if (this.#current === undefined) {
      const open = this.pairs.filter(({ key }) => !this.#judgements.has(key));
      const [next] = nextToJudge(
        open.filter(({ key }) => !this.#putOff.has(key)),
        this.judged,
        thresholds,
      );
      if (next === undefined) this.#putOff.clear();
      this.#current = (next ?? nextToJudge(open, this.judged, thresholds)[0])?.key;
    }
    return this.#current === undefined ? undefined : this.#pairs.get(this.#current);
  }

  /** Says of the pair on screen whether the past case helps, and goes on. */
  judge(relevant: boolean): void {
    const pair = this.#current === undefined ? undefined : this.#pairs.get(this.#current);
    if (!pair) return;
    const { key, ticket, past, score } = pair;
    this.#judgements.set(key, { ticketId: ticket.id, pastId: past.id, score, relevant });
    this.#history.push(key);
    this.#current = undefined;
  }

  /** Leaves the pair on screen for later. */
  putOff(): void {
    if (this.#current === undefined) return;
    this.#putOff.add(this.#current);
    this.#current = undefined;
  }

  /** Takes the last judgement back and shows its pair again. */
  undo(): void {
    const key = this.#history.pop();
    if (key === undefined) return;
    this.#judgements.delete(key);
    this.#current = key;
  }

  clear(): void {
    this.#pairs.clear();
    this.#judgements.clear();
    this.#putOff.clear();
    this.#history.length = 0;
    this.#current = undefined;
  }
}
