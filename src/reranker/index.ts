export { CaseMatcherError, type CaseMatcherErrorCode } from '../errors.ts';
export {
  clearStoredModels,
  type StorageReport,
  type StoredModel,
  storedModels,
} from '../weights/stored-models.ts';
export type { ExportedOptions } from './model-address.ts';
export { Reranker } from './reranker.ts';
export type {
  LoadOptions,
  LoadPhase,
  LoadProgress,
  PrepareOptions,
  RankedDocument,
  RankOptions,
  RankStage,
  RankStrategy,
  RerankDocument,
  RerankerInfo,
} from './types.ts';
