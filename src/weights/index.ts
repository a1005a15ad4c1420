export type {
  Device,
  EmbeddingEncoding,
  EmbeddingTable,
  KnownAnswer,
  ModelShape,
  PackManifest,
  PackVariant,
  PromptTemplate,
  VariantName,
} from './manifest.ts';
export { type LoadedVariant, Pack, type PackProgress } from './pack.ts';
