import type { GpuNeeds } from './gpu-needs.ts';

/**
 * The model pack: a folder with `manifest.json` and content-addressed chunk files.
 *
 * A pack file is the concatenation of its chunks. Chunks are at most {@link MAX_CHUNK_BYTES} because IndexedDB
 * backends refuse or corrupt large values, and so that a broken download costs little.
 */
export const PACK_FORMAT = 'case-matcher-pack';
export const PACK_VERSION = 2;
export const MAX_CHUNK_BYTES = 32 * 1024 * 1024;

export interface PackChunk {
  /** File name beside the manifest: the SHA-256 with an extension, so that it can be cached for ever. */
  readonly path: string;
  readonly size: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

export interface PackFile {
  /** What the bytes are known by inside the pack. */
  readonly name: string;
  readonly size: number;
  readonly chunks: readonly PackChunk[];
}

/** A file of a graph's external data, whose `name` is its location there. */
export interface WeightFile extends PackFile {
  /** `float16`: its values, little-endian, are made float32 before the graph gets them, at offsets twice as large. */
  readonly encoding?: 'float16';
}

/** `int8`: a row is `columns` int8 values, then one little-endian float32 scale. `float32`: `columns` float32. */
export type EmbeddingEncoding = 'int8' | 'float32';

/** The token embeddings, looked up outside the graph. Every chunk but the last holds the same number of whole rows. */
export interface EmbeddingTable extends PackFile {
  readonly rows: number;
  readonly columns: number;
}

export type VariantName = 'wasm-int8' | 'wasm-fp32' | 'webgpu-fp32' | 'webgpu-q4';
export type Device = 'wasm' | 'webgpu';

/** One way to compute the model, for one kind of device. */
export interface PackVariant {
  readonly device: Device;
  /** The ONNX graph, see the graph contract in ARCHITECTURE.md; `wasm-int8` has none, our own kernels compute it. */
  readonly graph?: PackFile;
  /** External data of the graph; or the one file of `int8-layout.ts`. */
  readonly weights: readonly WeightFile[];
  readonly embedding: EmbeddingEncoding;
  /** The logits of `knownAnswers` in this variant's own arithmetic, by an implementation without ORT. */
  readonly knownLogits: readonly (readonly number[])[];
  /** How far a sound device may be from `knownLogits`. */
  readonly tolerance: number;
  /** `webgpu` only; packs of the first days lack it. */
  readonly needs?: GpuNeeds;
}

/** A token sequence, the positions read, and logit(yes) − logit(no) at each of them in float32. */
export interface KnownAnswer {
  readonly ids: readonly number[];
  readonly read: readonly number[];
  readonly logits: readonly number[];
}

/** The official prompt in parts; control tokens are recognised in `prefix` and `suffix` alone. */
export interface PromptTemplate {
  readonly prefix: string;
  /** Contains `{instruction}` and `{query}`; tokenised as one string. */
  readonly body: string;
  /** Contains `{document}`. */
  readonly document: string;
  readonly suffix: string;
  readonly instruction: string;
}

export interface ModelShape {
  readonly layers: number;
  readonly hidden: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  readonly intermediate: number;
  readonly vocabulary: number;
  /** Length of the rotary table in the graph: no position may reach it. */
  readonly maxPositions: number;
  readonly ropeTheta: number;
  readonly rmsEps: number;
}

/** Where the official files were downloaded from. */
export interface PackOrigin {
  readonly host: string;
  readonly model: string;
  readonly revision: string;
  /** What the revision stood for, where the host tells it. */
  readonly commit?: string;
  /** Files for which the host gives no hash, so that they could not be checked against one. */
  readonly unverified: readonly string[];
}

export interface PackManifest {
  readonly format: typeof PACK_FORMAT;
  readonly version: typeof PACK_VERSION;
  readonly model: ModelShape & { readonly id: string };
  /** Absent when the files came from a folder. */
  readonly origin?: PackOrigin;
  /** The official files the pack was made from. */
  readonly sources: readonly { readonly name: string; readonly size: number; readonly sha256: string }[];
  readonly prompt: PromptTemplate;
  readonly tokens: { readonly yes: number; readonly no: number };
  /** Scores from which a match counts as high or medium. */
  readonly thresholds: { readonly high: number; readonly medium: number };
  /** tokenizer.json */
  readonly tokenizer: PackFile;
  readonly knownAnswers: readonly KnownAnswer[];
  readonly embeddings: Readonly<Partial<Record<EmbeddingEncoding, EmbeddingTable>>>;
  readonly variants: Readonly<Partial<Record<VariantName, PackVariant>>>;
}
