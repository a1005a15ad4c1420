import type { Explanation, Explanations, Match } from '../matching/index.ts';
import type { Ticket } from '../tickets/index.ts';
import type { Outcome } from './search.ts';

export interface ExplainerOptions {
  readonly onExplained: () => void;
  /** What a case shares with the ticket is known: told once for each, before its sentences are. */
  readonly onShared: (ticket: Ticket, match: Match, explanation: Explanation) => void;
  readonly onError: (error: unknown) => void;
}

/** Finds out why the cases on screen are there, once their ranking is over. What a new search would wait for stops. */
export class Explainer {
  readonly #options: ExplainerOptions;
  #outcome: Outcome | undefined;
  #explanations: ReadonlyMap<number, Explanation> = new Map();
  #asked = new Set<number>();

  constructor(options: ExplainerOptions) {
    this.#options = options;
  }

  get explanations(): Explanations {
    return this.#explanations;
  }

  /** Explains those of the cases shown that are not explained yet. */
  follow(outcome: Outcome | undefined, shown: readonly Match[]): void {
    if (outcome !== this.#outcome) {
      this.#outcome = outcome;
      this.#explanations = new Map();
      this.#asked = new Set();
    }
    if (outcome === undefined || outcome.signal.aborted) return;
    const fresh = shown.filter(({ firstStageRank }) => !this.#asked.has(firstStageRank));
    if (fresh.length === 0) return;
    for (const { firstStageRank } of fresh) this.#asked.add(firstStageRank);
    this.#explain(outcome, fresh).catch((error: unknown) => {
      if (!outcome.signal.aborted) this.#options.onError(error);
    });
  }

  async #explain(outcome: Outcome, shown: readonly Match[]): Promise<void> {
    const { ticket, state, ranker, instruction, signal } = outcome;
    const afterwards = await outcome.afterwards();
    if (afterwards === undefined) return;
    const { explain, lexicon } = afterwards;
    await explain(ticket, state, {
      lexicon,
      shown,
      ranker,
      instruction,
      signal,
      onExplained: (match, explanation) => {
        if (outcome !== this.#outcome) return;
        const { firstStageRank } = match;
        if (!this.#explanations.has(firstStageRank)) this.#options.onShared(ticket, match, explanation);
        this.#explanations = new Map([...this.#explanations, [firstStageRank, explanation]]);
        this.#options.onExplained();
      },
    });
  }
}
