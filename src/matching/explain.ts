import { abortReason, isAbort } from '../errors.ts';
import type { Ticket } from '../tickets/ticket.ts';
import { Comparison } from './comparison.ts';
import { evidenceOf } from './evidence.ts';
import type { Explanation } from './explanation.ts';
import type { Lexicon } from './lexicon/lexicon.ts';
import type { MatchState } from './match-state.ts';
import type { Match } from './merge.ts';
import type { Ranker } from './ranker.ts';
import type { Segment } from './segment.ts';

export interface ExplainOptions {
  readonly lexicon: Lexicon;
  /** Which matches are on screen. */
  readonly shown: readonly Match[];
  /** What ranked them; absent where no model did, and then there is no evidence. */
  readonly ranker?: Ranker | undefined;
  /** The one of the ranking. */
  readonly instruction?: string | undefined;
  readonly words?: Segment;
  readonly signal: AbortSignal;
  /** Called for each match shown, at first with what needs no model, then again with the evidence. */
  readonly onExplained: (match: Match, explanation: Explanation) => void;
}

/**
 * Why the matches shown are shown: shared words and differences at once, then the sentences that carry each match, one
 * match after the other. For when the ranking is over, because the model answers one call at a time.
 *
 * Rejects as the ranker does (what was told stays true), or when aborted; nothing is told from then on.
 */
export async function explain(
  ticket: Ticket,
  ranked: Extract<MatchState, { phase: 'ranked' | 'unranked' }>,
  options: ExplainOptions,
): Promise<void> {
  const { shown, ranker, instruction, signal, onExplained } = options;
  throwIfAborted(signal);
  const comparison = new Comparison(
    ticket,
    ranked.matches.map((match) => match.ticket),
    options,
  );
  const explained = shown.map((match) => {
    const differences = match.tier === 'medium' ? comparison.differences(match.ticket) : [];
    return { match, explanation: { shared: comparison.shared(match.ticket), differences } };
  });
  for (const { match, explanation } of explained) onExplained(match, explanation);
  if (ranker === undefined) return;
  const generalised = ranked.phase === 'ranked' ? ranked.generalisation?.query : undefined;
  // The engine holds the latest query, which is the widened one where there is one.
  const widenedFirst = [...explained].sort(
    (a, b) => Number(a.match.widenings === undefined) - Number(b.match.widenings === undefined),
  );
  for (const { match, explanation } of widenedFirst) {
    const query = match.widenings === undefined ? ranked.query : (generalised ?? ranked.query);
    const { shared } = explanation;
    try {
      const mentions = comparison.mentions(match.ticket);
      const asked = {
        ranker,
        query,
        mentions,
        shared,
        signal,
        ...(instruction === undefined ? {} : { instruction }),
      };
      const evidence = await evidenceOf(match.ticket, asked);
      throwIfAborted(signal);
      onExplained(match, { ...explanation, evidence });
    } catch (error) {
      throwIfAborted(signal, error);
      throw error;
    }
  }
}

function throwIfAborted(signal: AbortSignal, error?: unknown): void {
  if (signal.aborted) throw isAbort(error) ? error : abortReason(signal);
}
