import { splitSentences } from '../sentences.ts';
import { rarity, terms } from '../terms.ts';

interface Sentence {
  readonly place: number;
  readonly text: string;
  readonly tokens: number;
  /** Of the query's terms, those that it holds. */
  readonly shared: readonly string[];
}

export interface PassageBudget {
  /** Tokens that the passage may take, about: sentences are counted one by one. */
  readonly tokens: number;
  /** Tokens of the text from whose sentences it is made: what is read of a text that is read in full. */
  readonly within: number;
  readonly count: (text: string) => number;
}

/**
 * What matters of each text for one query: its title or first sentence, and the sentences that share the query's
 * rarest terms (KeyB, Li and Gaussier 2021, does this with blocks). Depends on nothing but what it is given.
 */
export class Passages {
  readonly #queryTerms: ReadonlySet<string>;
  readonly #holding = new Map<string, number>();
  #texts = 0;

  constructor(query: string) {
    this.#queryTerms = new Set(terms(query));
  }

  /** A candidate of this call: by all of them it is known how rare a term is. */
  add(text: string): void {
    this.#texts++;
    for (const term of this.#shared(text)) this.#holding.set(term, (this.#holding.get(term) ?? 0) + 1);
  }

  /**
   * The passage of a text, its sentences in the order of the text; the one for which there is no more room is cut at
   * its end. Never empty where the text is not.
   */
  of(text: string, budget: PassageBudget): string {
    const sentences = this.#sentences(text, budget);
    const kept = new Map<number, string>();
    const covered = new Set<string>();
    let room = budget.tokens;
    let next = sentences[0];
    while (next !== undefined && room > 0) {
      kept.set(next.place, next.tokens > room ? leadingPart(next.text, room / next.tokens) : next.text);
      room -= next.tokens;
      for (const term of next.shared) covered.add(term);
      next = this.#best(sentences, kept, covered);
    }
    return [...kept]
      .sort(([a], [b]) => a - b)
      .map(([, sentence]) => sentence)
      .join('');
  }

  /** By the weight of the terms not covered yet against the sentence's length; of equals the first. */
  #best(
    sentences: readonly Sentence[],
    kept: ReadonlyMap<number, string>,
    covered: ReadonlySet<string>,
  ): Sentence | undefined {
    let best: Sentence | undefined;
    let most = -1;
    for (const sentence of sentences) {
      if (kept.has(sentence.place)) continue;
      const added = sentence.shared.filter((term) => !covered.has(term));
      const weight = added.reduce((sum, term) => sum + this.#weight(term), 0) / Math.sqrt(sentence.tokens);
      if (weight > most) [best, most] = [sentence, weight];
    }
    return best;
  }

  #sentences(text: string, { within, count }: PassageBudget): Sentence[] {
    const sentences: Sentence[] = [];
    let left = within;
    for (const { start, end } of splitSentences(text)) {
      if (left <= 0) break;
      const sentence = text.slice(start, end);
      if (sentence.trim() === '') continue;
      const tokens = Math.max(1, count(sentence));
      const place = sentences.length;
      const readable = tokens > left ? leadingPart(sentence, left / tokens) : sentence;
      const shared = [...this.#shared(readable)];
      sentences.push({ place, text: readable, tokens: Math.min(tokens, left), shared });
      left -= tokens;
    }
    return sentences;
  }

  #shared(text: string): Set<string> {
    return new Set(terms(text).filter((term) => this.#queryTerms.has(term)));
  }

  #weight(term: string): number {
    return rarity(this.#texts, this.#holding.get(term) ?? 0);
  }
}

/** By code points, never half a surrogate pair and never nothing. */
function leadingPart(text: string, share: number): string {
  const characters = Array.from(text);
  return characters.slice(0, Math.max(1, Math.floor(characters.length * share))).join('');
}
