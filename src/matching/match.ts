import type { CandidateSource } from '../tickets/source.ts';
import type { Ticket } from '../tickets/ticket.ts';
import { documentText, queryText } from './document-text.ts';
import type { MatchState } from './match-state.ts';
import { inOrder, type Reordering } from './merge.ts';
import {
  countReadable,
  type Ranked,
  type ReadyRanker,
  rankCandidates,
  throwIfAborted,
} from './rank-candidates.ts';
import type { Generalise } from './second-round.ts';
import { allLow } from './tiers.ts';

export interface MatchOptions {
  readonly source: CandidateSource;
  /**
   * Called at once; may take as long as a model takes to load. What it rejects with matters with candidates alone.
   * Resolves to none where no model is to be asked.
   */
  readonly ready: () => Promise<ReadyRanker | undefined>;
  /** Indices of `documents`, best first, made without the model. */
  readonly fallbackOrder: (query: string, documents: readonly string[]) => readonly number[];
  /** Most candidates to ask for, in each round. */
  readonly limit: number;
  readonly instruction?: string;
  /** How many of the best matter most. */
  readonly top?: number;
  /** Orders the matches in place of their scores alone, e.g. by age too (`byRecency`). */
  readonly reorder?: Reordering;
  /**
   * Goes on where nothing of the medium tier is found; asked for only then. Without it, or where it resolves to none,
   * there is no second round. Must not reject.
   */
  readonly generalise?: () => Promise<Generalise | undefined>;
  readonly signal: AbortSignal;
  readonly onState: (state: MatchState) => void;
}

/**
 * One search: finds candidates, shows them in first-stage order, and follows the scores until all are in; then, where
 * all are low, once more with a widened query. Errors become states. Rejects only when aborted, and reports no state
 * from then on.
 */
export async function match(ticket: Ticket, options: MatchOptions): Promise<void> {
  const { source, limit, signal } = options;
  const report = (state: MatchState) => {
    if (!signal.aborted) options.onState(state);
  };
  report({ phase: 'finding' });
  let found = false;
  const ready = readyAhead(ticket, options, () => found);
  // Without candidates nobody asks for it.
  ready.catch(() => {});
  let candidates: readonly Ticket[];
  try {
    candidates = withoutItself(await source.find(ticket, { limit, signal }), ticket).slice(0, limit);
    found = true;
  } catch (error) {
    throwIfAborted(signal, error);
    report({ phase: 'failed', error });
    return;
  }
  throwIfAborted(signal);
  if (candidates.length === 0) report({ phase: 'empty' });
  else await bothRounds(ticket, candidates, { ...options, ready: () => ready }, report);
}

/** The ranker, which begins with the query where it is ready before the candidates are at hand. */
async function readyAhead(
  ticket: Ticket,
  { ready, instruction, signal }: MatchOptions,
  isFound: () => boolean,
): Promise<ReadyRanker | undefined> {
  const chosen = await ready();
  if (chosen === undefined || isFound() || signal.aborted) return chosen;
  const { ranker } = chosen;
  const prepared = async () =>
    ranker.prepare?.(queryText(ticket), { ...(instruction === undefined ? {} : { instruction }), signal });
  // What is wrong `rank` will say.
  prepared().catch(() => {});
  return chosen;
}

async function bothRounds(
  ticket: Ticket,
  candidates: readonly Ticket[],
  options: MatchOptions,
  report: (state: MatchState) => void,
): Promise<void> {
  const { signal, generalise } = options;
  const query = queryText(ticket);
  const unscored = { matches: inOrder(candidates, []), query, queryShortened: false };
  report({ phase: 'ranking', done: 0, total: countReadable(candidates), ...unscored });
  const withoutModel = (why: { readonly error?: unknown }) => {
    const order = fallback(options.fallbackOrder, query, candidates.map(documentText));
    report({ phase: 'unranked', ...why, ...unscored, matches: inOrder(candidates, order) });
  };
  let ready: ReadyRanker | undefined;
  let ranked: Ranked;
  try {
    ready = await options.ready();
    throwIfAborted(signal);
    if (ready === undefined) return withoutModel({});
    ranked = await rankCandidates(query, candidates, {
      ...options,
      ...ready,
      onProgress: (progress, soFar) => report({ phase: 'ranking', ...progress, ...soFar }),
    });
  } catch (error) {
    throwIfAborted(signal, error);
    return withoutModel({ error });
  }
  const first = { phase: 'ranked', ...ranked } as const;
  const goOn = allLow(ranked.matches) ? await generalise?.() : undefined;
  throwIfAborted(signal);
  report(
    goOn === undefined
      ? first
      : await goOn.secondRound(ticket, first, { ...options, ...ready, ...goOn, report }),
  );
}

/** The ticket on screen is often in the archive too, and would always be its own best match. */
function withoutItself(candidates: readonly Ticket[], ticket: Ticket): Ticket[] {
  return candidates.filter(({ id }) => ticket.id === '' || id !== ticket.id);
}

/** The last resort must not fail: without an order, the source's own stays. */
function fallback(
  order: MatchOptions['fallbackOrder'],
  query: string,
  documents: readonly string[],
): readonly number[] {
  try {
    return order(query, documents);
  } catch {
    return [];
  }
}
