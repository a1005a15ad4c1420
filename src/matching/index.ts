export type {
  Calibration,
  CalibrationFigures,
  CalibrationPoint,
  JudgedPair,
  Judgement,
  Proportion,
  ScoredPair,
} from './calibration.ts';
export {
  atThreshold,
  calibrationCurve,
  calibrationOf,
  nextToJudge,
  parseCalibration,
  proportion,
} from './calibration.ts';
export { type CasePath, casePath, type PathEvent } from './case-path.ts';
export { type CaseRef, caseRef } from './case-ref.ts';
export { byRating, type CaseResult } from './case-result.ts';
export { type DaysRange, localDay } from './days.ts';
export { documentText, queryText } from './document-text.ts';
export { type ExplainOptions, explain } from './explain.ts';
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
export { type Generalisation, sumWidenings, type Widening, type WideningCount } from './generalisation.ts';
export type {
  BranchOutcome,
  HandlingLabel,
  HandlingNode,
  HandlingNodeKind,
  HandlingTree,
} from './handling-tree.ts';
export { handlingTree } from './handling-tree.ts';
export type {
  DaysInsight,
  FastestUnit,
  Insight,
  InsightMinimums,
  InsightOptions,
  Insights,
  MaterialInsight,
  PlaceCluster,
  Rate,
  RecentCases,
} from './insights.ts';
export { insights } from './insights.ts';
export type { Lexicon, LexiconEntry } from './lexicon/lexicon.ts';
export { extendLexicon, parseLexicon } from './lexicon/parse-lexicon.ts';
export { type MatchOptions, match } from './match.ts';
export type { MatchState } from './match-state.ts';
export { inOrder, type Match, mergeScores, type Reordering, type Scores } from './merge.ts';
export { type FoldedMatch, foldNearDuplicates } from './near-duplicates.ts';
export type { ReadyRanker } from './rank-candidates.ts';
export type { Ranker, RankerDocument, RankerOptions, ScoredDocument } from './ranker.ts';
export { byRecency } from './recency.ts';
export { type Generalise, secondRound } from './second-round.ts';
export { DEFAULT_THRESHOLDS, type Thresholds, type Tier, tierOf } from './tiers.ts';
export {
  isByPeople,
  isUnused,
  parseUsageRecord,
  USAGE_ACTS,
  type UsageAbout,
  type UsageAct,
  type UsageCase,
  type UsageDay,
  type UsageRecord,
  unusedSince,
  usageByDay,
  usageCsv,
  usageDaysCsv,
  usageRecord,
} from './usage.ts';
