export { documentText, queryText } from './document-text.ts';
export type {
  Difference,
  DifferenceSide,
  Evidence,
  EvidenceSentence,
  Explanation,
  Explanations,
  SharedTerm,
  TicketRange,
} from './explanation.ts';
export type { Generalisation, Widening, WideningCount } from './generalisation.ts';
export type { Lexicon, LexiconEntry } from './lexicon/lexicon.ts';
export { type MatchOptions, type MatchState, match, type ReadyRanker } from './match.ts';
export { inOrder, type Match, mergeScores, type Scores } from './merge.ts';
export type { Ranker, RankerDocument, RankerOptions, ScoredDocument } from './ranker.ts';
export { DEFAULT_THRESHOLDS, type Thresholds, type Tier, tierOf } from './tiers.ts';
