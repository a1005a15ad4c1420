export { type BytePairModel, isBytePairModel } from './byte-pair-model.ts';
export { rowChecksums } from './checksum.ts';
export type { ChunkReader, ExpectedChunk } from './chunk-reader.ts';
export type { ExportedConfig } from './exported-config.ts';
export { type ExportedDtype, INT8_DTYPES } from './exported-dtypes.ts';
export type { LoadedExport } from './exported-files.ts';
export { ExportedModel } from './exported-model.ts';
export { type GpuNeeds, MOST_RUN_AREA, MOST_RUN_TOKENS } from './gpu-needs.ts';
export { type Int8LayerTensor, type Int8Layout, int8Layout } from './int8-layout.ts';
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
export { DEFAULT_THRESHOLDS, promptTemplate } from './official-prompt.ts';
export { openModel } from './open-model.ts';
export { type LoadedVariant, Pack, type PackLoadOptions } from './pack.ts';
export { isWhole } from './read-blob.ts';
export type { RowChunk } from './store.ts';
export type { ByteSource, PackProgress } from './transfer.ts';
