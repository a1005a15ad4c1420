import { abortReason } from '../errors.ts';
import { nextTask } from './next-task.ts';

/** Whose turn it may be. */
export interface Caller {
  /** The highest goes first; of equals the one that came first. May change at any time. */
  readonly urgency: () => number;
  readonly signal: AbortSignal;
}

interface Place {
  readonly caller: Caller;
  readonly arrived: number;
}

/** Lets one caller at a time work with the model; between its runs it makes room for a more urgent one. */
export class Turns {
  #arrivals = 0;
  #taken = false;
  readonly #waiting = new Map<Place, () => void>();

  /**
   * Does `work` once it is the caller's turn. Rejects with the signal's reason if that is aborted before.
   * @param work is given a function to be awaited between two runs of the model.
   */
  async during<T>(caller: Caller, work: (pause: () => Promise<void>) => Promise<T>): Promise<T> {
    const place: Place = { caller, arrived: this.#arrivals++ };
    await this.#take(place);
    let held = true;
    const pause = async (): Promise<void> => {
      await nextTask();
      const next = this.#next();
      if (next === undefined || !goesBefore(next, place)) return;
      held = false;
      this.#leave();
      await this.#take(place);
      held = true;
    };
    try {
      return await work(pause);
    } finally {
      if (held) this.#leave();
    }
  }

  #take(place: Place): Promise<void> {
    const { signal } = place.caller;
    return new Promise((resolve, reject) => {
      if (signal.aborted) throw abortReason(signal);
      if (!this.#taken) {
        this.#taken = true;
        resolve();
        return;
      }
      const abort = (): void => {
        this.#waiting.delete(place);
        reject(abortReason(signal));
      };
      signal.addEventListener('abort', abort);
      this.#waiting.set(place, () => {
        signal.removeEventListener('abort', abort);
        resolve();
      });
    });
  }

  #leave(): void {
    const next = this.#next();
    const go = next && this.#waiting.get(next);
    this.#taken = go !== undefined;
    if (next !== undefined) this.#waiting.delete(next);
    go?.();
  }

  #next(): Place | undefined {
    let first: Place | undefined;
    for (const place of this.#waiting.keys()) {
      if (first === undefined || goesBefore(place, first)) first = place;
    }
    return first;
  }
}

function goesBefore(a: Place, b: Place): boolean {
  const urgency = a.caller.urgency() - b.caller.urgency();
  return urgency !== 0 ? urgency > 0 : a.arrived < b.arrived;
}
