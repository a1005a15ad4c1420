export { CaseMatcherError, type CaseMatcherErrorCode } from '../errors.ts';
export type { ExportedOptions } from './model-address.ts';
export { Reranker } from './reranker.ts';
export type {
  LoadOptions,
  LoadPhase,
  LoadProgress,
  RankedDocument,
  RankOptions,
  RerankDocument,
  RerankerInfo,
} from './types.ts';
