import { CaseMatcherError } from '../errors.ts';
import { CHARACTERS_PER_TOKEN } from './prompt.ts';
import type { PrepareArgument, RankArgument } from './rank-run.ts';
import type { PrepareOptions, RankOptions, RerankDocument } from './types.ts';

/** Some 800 Chinese characters: past the 90th percentile of real complaints. */
const DEFAULT_DOCUMENT_TOKENS = 512;

// For the three below see README, "An anytime ranking".
const DEFAULT_PASSAGE_TOKENS = 40;
const DEFAULT_CAUTION = 3.25;
const DEFAULT_SETTLE = 3;

/** What the engine is asked for, with defaults filled in. Throws `invalid-input`. */
export function rankArgument(
  query: unknown,
  documents: readonly RerankDocument[],
  options: RankOptions,
): RankArgument {
  const {
    topK,
    maxDocumentTokens = DEFAULT_DOCUMENT_TOKENS,
    strategy = 'anytime',
    passageTokens = DEFAULT_PASSAGE_TOKENS,
    settle = topK ?? DEFAULT_SETTLE,
    caution = DEFAULT_CAUTION,
    remember = true,
  } = options;
  const prepared = prepareArgument(query, options);
  if (!Array.isArray(documents)) refuse('documents', 'an array');
  const texts = documents.map((document: unknown, index) => {
    const { id, text } = (document ?? {}) as Partial<RerankDocument>;
    if (typeof id !== 'string') refuse(`documents[${index}].id`, 'a text');
    return typeof text === 'string' ? text : refuse(`documents[${index}].text`, 'a text');
  });
  for (const [field, value] of Object.entries({ topK, maxDocumentTokens, passageTokens, settle })) {
    if (value !== undefined && !isPositive(value)) refuse(field, 'a positive whole number');
  }
  if (!['anytime', 'exhaustive'].includes(strategy)) refuse('strategy', 'anytime or exhaustive');
  if (!(typeof caution === 'number' && caution >= 0)) refuse('caution', 'a number, not negative');
  // Longer than any budget can read; cut here so that it need not be copied to the worker.
  const readable = texts.map((text) => text.slice(0, maxDocumentTokens * CHARACTERS_PER_TOKEN + 1));
  return {
    ...prepared,
    texts: readable,
    maxDocumentTokens,
    strategy,
    passageTokens,
    settle,
    caution,
    remember: Boolean(remember),
  };
}

/** Throws `invalid-input`. */
export function prepareArgument(query: unknown, { instruction }: PrepareOptions): PrepareArgument {
  if (typeof query !== 'string' || query.trim() === '') return refuse('query', 'a text that is not blank');
  if (instruction !== undefined && typeof instruction !== 'string') refuse('instruction', 'a text');
  return { query, ...(instruction === undefined ? {} : { instruction }) };
}

function refuse(field: string, reason: string): never {
  throw new CaseMatcherError('invalid-input', { field, reason });
}

function isPositive(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) > 0;
}
