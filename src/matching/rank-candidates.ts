import { abortReason, CaseMatcherError, isAbort } from '../errors.ts';
import type { Ticket } from '../tickets/ticket.ts';
import { documentText, shortenedText } from './document-text.ts';
import type { Progress } from './match-state.ts';
import { type Match, mergeScores, type Reordering } from './merge.ts';
import type { Ranker, ScoredDocument } from './ranker.ts';
import type { Thresholds } from './tiers.ts';

/** A ranker that is ready, and the thresholds its scores are to be read with. */
export interface ReadyRanker {
  readonly ranker: Ranker;
  readonly thresholds: Thresholds;
}

export interface RankCandidatesOptions extends ReadyRanker {
  readonly instruction?: string;
  /** How many of the best matter most. */
  readonly top?: number;
  /** Orders the matches in place of their scores alone, e.g. by age too (`byRecency`). */
  readonly reorder?: Reordering;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress, ranked: Ranked) => void;
}

/** Candidates with the scores that have arrived. */
export interface Ranked {
  readonly matches: readonly Match[];
  /** What the model read of the query. */
  readonly query: string;
  readonly queryShortened: boolean;
}

/** Times a query that is too long is shortened before the model counts as unable to read it. */
const SHORTENINGS = 4;

/**
 * Scores candidates against a query, of which the model reads as much as it can. Rejects with the ranker's error, with
 * `self-test-failed` where no score is a number, or aborted; and reports nothing from then on.
 */
export async function rankCandidates(
  query: string,
  candidates: readonly Ticket[],
  options: RankCandidatesOptions,
): Promise<Ranked> {
  let readable = query;
  for (let shortenings = 0; ; shortenings++) {
    const asked = { query: readable, queryShortened: shortenings > 0 };
    try {
      return await rankOnce(asked, candidates, options);
    } catch (error) {
      if (!isQueryTooLong(error) || shortenings === SHORTENINGS) throw error;
      readable = shortenedText(readable, Number(error.details['tokens']), Number(error.details['limit']));
    }
  }
}

/** How many of the candidates have a text that can be scored. */
export function countReadable(candidates: readonly Ticket[]): number {
  return candidates.filter((candidate) => documentText(candidate) !== '').length;
}

async function rankOnce(
  asked: Omit<Ranked, 'matches'>,
  candidates: readonly Ticket[],
  { ranker, thresholds, instruction, top, reorder, signal, onProgress }: RankCandidatesOptions,
): Promise<Ranked> {
  // The index is the id towards the ranker, so that neither equal ids nor odd ones can collide.
  const documents = candidates
    .map((candidate, index) => ({ id: String(index), text: documentText(candidate) }))
    .filter(({ text }) => text !== '');
  const scores = new Map<number, ScoredDocument>();
  const merged = () => ({ ...asked, matches: mergeScores(candidates, scores, thresholds, reorder) });
  // Any of them may come to the top then, so all are read as if they did.
  const settle = reorder ? Math.max(1, documents.length) : top;
  let settled = false;
  try {
    const ranked = await ranker.rank(asked.query, documents, {
      ...(instruction === undefined ? {} : { instruction }),
      ...(settle === undefined ? {} : { settle }),
      signal,
      onScore: (document, done, total) => {
        if (settled) return;
        scores.set(Number(document.id), document);
        const again = { done: done - documents.length, total: total - documents.length };
        const refining = scores.size === documents.length && again.done >= 0 && again.total > 0;
        const progress = { done: scores.size, total: documents.length };
        onProgress({ ...progress, ...(refining ? { refined: again } : {}) }, merged());
      },
    });
    throwIfAborted(signal);
    for (const document of ranked) scores.set(Number(document.id), document);
  } finally {
    settled = true;
  }
  const result = merged();
  if (documents.length > 0 && result.matches.every(({ score }) => score === undefined)) {
    throw new CaseMatcherError('self-test-failed', { reason: 'no score is a number' });
  }
  return result;
}

function isQueryTooLong(error: unknown): error is CaseMatcherError {
  return error instanceof CaseMatcherError && error.code === 'query-too-long';
}

/** With the error itself where that says so already. */
export function throwIfAborted(signal: AbortSignal, error?: unknown): void {
  if (signal.aborted) throw isAbort(error) ? error : abortReason(signal);
}
