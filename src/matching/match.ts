import { abortReason, CaseMatcherError, isAbort } from '../errors.ts';
import type { CandidateSource } from '../tickets/source.ts';
import type { Ticket } from '../tickets/ticket.ts';
import { documentText, queryText, shortenedText } from './document-text.ts';
import type { Generalisation } from './generalisation.ts';
import { inOrder, type Match, mergeScores } from './merge.ts';
import type { Ranker, ScoredDocument } from './ranker.ts';
import type { Thresholds } from './tiers.ts';

/** How far a search has come. `matches` is never empty where it is present. */
export type MatchState =
  | { readonly phase: 'finding' }
  /** The source failed: there is nothing to show. */
  | { readonly phase: 'failed'; readonly error: unknown }
  /** The source found nothing. */
  | { readonly phase: 'empty' }
  /** The first-stage order while `done` is 0, then scored ones first. */
  | ({ readonly phase: 'ranking'; readonly done: number; readonly total: number } & Refinement & Matches)
  /**
   * Nothing of the medium tier: the query is widened, and `done` of `total` new candidates are scored. `total` is 0
   * while they are being fetched. The matches are those of the first round, in their final order.
   */
  | ({
      readonly phase: 'widening';
      readonly done: number;
      readonly total: number;
      readonly generalisation: Generalisation;
    } & Matches)
  | ({ readonly phase: 'ranked'; readonly generalisation?: Generalisation } & Matches)
  /** The model could not be asked or did not answer: the fallback order, and why. */
  | ({ readonly phase: 'unranked'; readonly error: unknown } & Matches);

interface Refinement {
  /** All have a score, and some of the best are now read in full. `total` may change while these are found out. */
  readonly refined?: { readonly done: number; readonly total: number };
}

interface Matches {
  readonly matches: readonly Match[];
  /** What the model is asked with: of the ticket on screen what it can read. */
  readonly query: string;
  /** Whether that is only its beginning. */
  readonly queryShortened: boolean;
}

/** A ranker that is ready, and the thresholds its scores are to be read with. */
export interface ReadyRanker {
  readonly ranker: Ranker;
  readonly thresholds: Thresholds;
}

export interface MatchOptions {
  readonly source: CandidateSource;
  /** Called at once; may take as long as a model takes to load. What it rejects with matters with candidates alone. */
  readonly ready: () => Promise<ReadyRanker>;
  /** Indices of `documents`, best first, made without the model. */
  readonly fallbackOrder: (query: string, documents: readonly string[]) => readonly number[];
  /** Most candidates to ask for. */
  readonly limit: number;
  readonly instruction?: string;
  /** How many of the best matter most. */
  readonly top?: number;
  readonly signal: AbortSignal;
  readonly onState: (state: MatchState) => void;
}

/** Times a query that is too long is shortened before the model counts as unable to read it. */
const SHORTENINGS = 4;

/**
 * One search: finds candidates, shows them in first-stage order, and follows the scores until all are in.
 * Errors become states. Rejects only when aborted, and reports no state from then on.
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
  else await rankCandidates(ticket, candidates, { ...options, ready: () => ready }, report);
}

/** The ranker, which begins with the query where it is ready before the candidates are at hand. */
async function readyAhead(
  ticket: Ticket,
  { ready, instruction, signal }: MatchOptions,
  isFound: () => boolean,
): Promise<ReadyRanker> {
  const chosen = await ready();
  if (isFound() || signal.aborted) return chosen;
  const { ranker } = chosen;
  const prepared = async () =>
    ranker.prepare?.(queryText(ticket), { ...(instruction === undefined ? {} : { instruction }), signal });
  // What is wrong `rank` will say.
  prepared().catch(() => {});
  return chosen;
}

async function rankCandidates(
  ticket: Ticket,
  candidates: readonly Ticket[],
  options: MatchOptions,
  report: (state: MatchState) => void,
): Promise<void> {
  const { signal } = options;
  const texts = candidates.map(documentText);
  let query = queryText(ticket);
  let queryShortened = false;
  const total = texts.filter((text) => text !== '').length;
  report({ phase: 'ranking', done: 0, total, matches: inOrder(candidates, []), query, queryShortened });
  try {
    const ready = await options.ready();
    throwIfAborted(signal);
    for (let shortenings = 0; ; shortenings++) {
      try {
        const matches = await rankOnce(query, { candidates, texts, ready, options }, (progress, matches) =>
          report({ phase: 'ranking', total, ...progress, matches, query, queryShortened }),
        );
        report({ phase: 'ranked', matches, query, queryShortened });
        return;
      } catch (error) {
        if (!isQueryTooLong(error) || shortenings === SHORTENINGS) throw error;
        query = shortenedText(query, Number(error.details['tokens']), Number(error.details['limit']));
        queryShortened = true;
      }
    }
  } catch (error) {
    throwIfAborted(signal, error);
    const whole = queryText(ticket);
    const matches = inOrder(candidates, fallback(options.fallbackOrder, whole, texts));
    report({ phase: 'unranked', error, matches, query: whole, queryShortened: false });
  }
}

interface RankTask {
  readonly candidates: readonly Ticket[];
  /** What the model reads of each candidate; those without text are not ranked. */
  readonly texts: readonly string[];
  readonly ready: ReadyRanker;
  readonly options: Pick<MatchOptions, 'instruction' | 'top' | 'signal'>;
}

/** Texts that have a score, and the second readings. */
type Progress = { readonly done: number } & Refinement;

/** Asks the ranker once. Rejects with its error, with `self-test-failed` where no score is a number, or aborted. */
async function rankOnce(
  query: string,
  { candidates, texts, ready, options }: RankTask,
  onProgress: (progress: Progress, matches: readonly Match[]) => void,
): Promise<readonly Match[]> {
  const { instruction, top, signal } = options;
  // The index is the id towards the ranker, so that neither equal ids nor odd ones can collide.
  const documents = texts
    .map((text, index) => ({ id: String(index), text }))
    .filter(({ text }) => text !== '');
  const scores = new Map<number, ScoredDocument>();
  const merged = () => mergeScores(candidates, scores, ready.thresholds);
  let settled = false;
  try {
    const ranked = await ready.ranker.rank(query, documents, {
      ...(instruction === undefined ? {} : { instruction }),
      ...(top === undefined ? {} : { settle: top }),
      signal,
      onScore: (document, done, total) => {
        if (settled) return;
        scores.set(Number(document.id), document);
        const again = { done: done - documents.length, total: total - documents.length };
        const refining = scores.size === documents.length && again.done >= 0 && again.total > 0;
        onProgress({ done: scores.size, ...(refining ? { refined: again } : {}) }, merged());
      },
    });
    throwIfAborted(signal);
    for (const document of ranked) scores.set(Number(document.id), document);
  } finally {
    settled = true;
  }
  const matches = merged();
  if (documents.length > 0 && matches.every(({ score }) => score === undefined)) {
    throw new CaseMatcherError('self-test-failed', { reason: 'no score is a number' });
  }
  return matches;
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

function isQueryTooLong(error: unknown): error is CaseMatcherError {
  return error instanceof CaseMatcherError && error.code === 'query-too-long';
}

function throwIfAborted(signal: AbortSignal, error?: unknown): void {
  if (signal.aborted) throw isAbort(error) ? error : abortReason(signal);
}
