import type { CandidateSource } from '../tickets/source.ts';
import type { Ticket } from '../tickets/ticket.ts';
import { documentText } from './document-text.ts';
import type { Generalisation } from './generalisation.ts';
import { Concepts } from './lexicon/concepts.ts';
import type { Lexicon } from './lexicon/lexicon.ts';
import type { MatchState } from './match-state.ts';
import { mergeRounds } from './merge.ts';
import {
  countReadable,
  type RankCandidatesOptions,
  rankCandidates,
  throwIfAborted,
} from './rank-candidates.ts';
import { countWidenings, widen } from './widen.ts';

type RankedState = Extract<MatchState, { phase: 'ranked' }>;

export interface SecondRoundOptions extends Omit<RankCandidatesOptions, 'onProgress'> {
  readonly source: CandidateSource;
  readonly lexicon: Lexicon;
  readonly limit: number;
  readonly report: (state: MatchState) => void;
}

/** A second round and what it widens by: handed in, because most searches need neither. */
export interface Generalise {
  readonly secondRound: typeof secondRound;
  readonly lexicon: Lexicon;
}

/**
 * A search once more, with the query widened, for when the first round brought nothing of the medium tier: past tickets
 * that the source finds by broader words and that were not seen yet are scored against the broader query.
 *
 * Scores of two queries are not the same thing, so they are not sorted into one another: see {@link mergeRounds}.
 * There is no third round. An error leaves what the first round gave, with `generalisation.error`; where nothing can be
 * widened `first` is returned as it is. Rejects only when aborted.
 */
export async function secondRound(
  ticket: Ticket,
  first: RankedState,
  options: SecondRoundOptions,
): Promise<RankedState> {
  const { source, lexicon, limit, signal, report } = options;
  const concepts = new Concepts(lexicon);
  const widened = widen(ticket, concepts);
  if (widened === undefined) return first;
  const { widenings, query } = widened;
  let generalisation: Generalisation = { widenings, query, found: 0, counts: [] };
  const widening = { ...first, phase: 'widening', done: 0, total: 0 } as const;
  report({ ...widening, generalisation });
  try {
    const seen = first.matches.map((match) => match.ticket);
    const found = await source.find(widened.ticket, { limit, signal, seen });
    throwIfAborted(signal);
    const candidates = unseen(found, [ticket, ...seen]).slice(0, limit);
    generalisation = { ...generalisation, found: candidates.length };
    if (candidates.length === 0) {
      return {
        ...first,
        generalisation: { ...generalisation, counts: countWidenings(widenings, [], concepts) },
      };
    }
    report({ ...widening, total: countReadable(candidates), generalisation });
    const ranked = await rankCandidates(query, candidates, {
      ...options,
      onProgress: (progress) => report({ ...widening, ...progress, generalisation }),
    });
    generalisation = {
      ...generalisation,
      query: ranked.query,
      counts: countWidenings(widenings, ranked.matches, concepts),
    };
    const matches = mergeRounds(first.matches, ranked.matches, widenings, options.reorder);
    return { ...first, matches, generalisation };
  } catch (error) {
    throwIfAborted(signal, error);
    return { ...first, generalisation: { ...generalisation, error } };
  }
}

/** Those that are not among the tickets known, and each once. Ids need not be unique, so the text counts as well. */
function unseen(found: readonly Ticket[], known: readonly Ticket[]): Ticket[] {
  const keyOf = (ticket: Ticket) => JSON.stringify([ticket.id, documentText(ticket)]);
  const keys = new Set(known.map(keyOf));
  const ownId = known[0]?.id ?? '';
  return found.filter((ticket) => {
    const key = keyOf(ticket);
    if (keys.has(key) || (ownId !== '' && ticket.id === ownId)) return false;
    keys.add(key);
    return true;
  });
}
