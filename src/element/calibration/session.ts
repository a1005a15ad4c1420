import { type JudgedPair, nextToJudge, type Thresholds } from '../../matching/index.ts';
import type { CalibrationPair } from './pairs.ts';

/**
 * Pairs, what a person said of them, and which is to be judged now. Kept in memory alone. The pair on screen stays there
 * until it is judged or put off, whatever pairs and thresholds come.
 */
export class CalibrationSession {
  readonly #pairs = new Map<string, CalibrationPair>();
  readonly #judgements = new Map<string, boolean>();
  readonly #putOff = new Set<string>();
  /** Keys in the order in which they were judged. */
  readonly #history: string[] = [];
  #current: string | undefined;

  get pairs(): readonly CalibrationPair[] {
    return [...this.#pairs.values()];
  }

  get judged(): readonly JudgedPair[] {
    return this.pairs.flatMap((pair) => {
      const relevant = this.#judgements.get(pair.key);
      return relevant === undefined ? [] : [{ key: pair.key, score: pair.score, relevant }];
    });
  }

  get canUndo(): boolean {
    return this.#history.length > 0;
  }

  /** Pairs that are known already stay as they are. */
  add(pairs: readonly CalibrationPair[]): void {
    for (const pair of pairs) if (!this.#pairs.has(pair.key)) this.#pairs.set(pair.key, pair);
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
    if (this.#current === undefined) return;
    this.#judgements.set(this.#current, relevant);
    this.#history.push(this.#current);
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
