import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { fitsInt8 } from '../weights/int8-layout.ts';
import {
  type EmbeddingEncoding,
  type EmbeddingTable,
  MAX_CHUNK_BYTES,
  type ModelShape,
  PACK_FORMAT,
  PACK_VERSION,
  type PackManifest,
  type PackOrigin,
  type PackVariant,
  type VariantName,
} from '../weights/manifest.ts';
import { DEFAULT_THRESHOLDS, promptTemplate } from '../weights/official-prompt.ts';
import { ChunkWriter, PackFolder } from './chunk-writer.ts';
import { GraphFiles } from './graph-files.ts';
import { inputError } from './input-error.ts';
import { Int8File } from './int8-file.ts';
import { knownSequences, toleranceOf } from './known-answers.ts';
import { OfficialModel } from './official-model.ts';
import { OfficialTokenizer } from './official-tokenizer.ts';
import { PackingSource } from './packing-source.ts';
import { encodeEmbeddingRows, type Precision } from './quantise.ts';
import { readQwen3Config } from './qwen3-config.ts';
import { computeLogits, type ReadSequence } from './reference.ts';
import { readJson, Safetensors } from './safetensors.ts';
import { hashSources, type SourceFile } from './sources.ts';
import { VARIANT_NAMES, VARIANTS } from './variants.ts';

const MATRICES_PER_LAYER = 7;
/** Of the embedding table, read at a time. */
const BLOCK_ROWS = 2048;
type Thresholds = PackManifest['thresholds'];

export interface PackProgress {
  readonly phase: 'hash' | 'embeddings' | 'weights' | 'done';
  /** Bytes in `hash`, rows in `embeddings`, matrices in `weights`. */
  readonly done: number;
  readonly total: number;
}

export interface PackOptions {
  /** Folder with config.json, tokenizer.json and the .safetensors files. */
  readonly from: string;
  /** Folder of the pack; made when absent. */
  readonly out: string;
  /** All by default. */
  readonly variants?: readonly VariantName[];
  /** The folder's name by default. */
  readonly id?: string;
  /** The task in words, for the model; the official default otherwise. */
  readonly instruction?: string;
  /** Scores from which a match counts as high or medium, where they were measured for this model. */
  readonly thresholds?: Thresholds;
  /** What {@link hashSources} would find, where it is known already. */
  readonly sources?: readonly SourceFile[];
  /** Where the files were downloaded from. */
  readonly origin?: PackOrigin;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: PackProgress) => void;
}

/**
 * Makes a model pack from the official files of a Qwen3 reranker. The same input gives the same folder, byte for byte.
 *
 * @throws CaseMatcherError `invalid-input` when the files are not such a model or are damaged
 */
export async function pack(options: PackOptions): Promise<PackManifest> {
  const config = readQwen3Config(await readJson(options.from, 'config.json'));
  const names = chosenVariants(options.variants, config.shape);
  const tokenizer = new OfficialTokenizer(await readTokenizer(options.from), config.shape.vocabulary);
  const prompt = promptTemplate(options.instruction);
  const sequences = knownSequences(config.shape.vocabulary, tokenizer.encodePrompts(prompt));
  const tensors = await Safetensors.open(options.from);
  try {
    const model = new OfficialModel(tensors, config, tokenizer.answers, precisionsOf(names));
    const folder = await PackFolder.create(options.out);
    await folder.clearManifest();
    const sources = options.sources ?? (await hashAll(options));
    const embeddings = await packEmbeddings(model, folder, names, options);
    const { knownAnswers, variants } = await packVariants(model, folder, names, sequences, options);
    const manifest: PackManifest = {
      format: PACK_FORMAT,
      version: PACK_VERSION,
      model: { id: options.id ?? basename(resolve(options.from)), ...config.shape },
      ...(options.origin ? { origin: options.origin } : {}),
      sources,
      prompt,
      tokens: tokenizer.answers,
      thresholds: checkedThresholds(options.thresholds),
      tokenizer: await folder.writeFile('tokenizer.json', tokenizer.compact),
      knownAnswers,
      embeddings,
      variants,
    };
    await folder.writeManifest(manifest);
    options.onProgress?.({ phase: 'done', done: 1, total: 1 });
    return manifest;
  } finally {
    await tensors.close();
  }
}

function checkedThresholds(thresholds: Thresholds = DEFAULT_THRESHOLDS): Thresholds {
  const { high, medium } = thresholds;
  if (high <= 1 && medium >= 0 && medium <= high) return { high, medium };
  throw inputError('thresholds', 'two scores of 0 to 1, the higher first');
}

/** All by default, without `wasm-int8` where our kernels cannot compute the shape. */
function chosenVariants(asked: readonly VariantName[] | undefined, shape: ModelShape): VariantName[] {
  const possible = VARIANT_NAMES.filter((name) => name !== 'wasm-int8' || fitsInt8(shape));
  for (const name of asked ?? []) {
    if (!VARIANT_NAMES.includes(name))
      throw inputError('variants', `${name} is none of ${VARIANT_NAMES.join(', ')}`);
    if (!possible.includes(name)) throw inputError('variants', `${name} needs sizes that are multiples of 8`);
  }
  if (asked?.length === 0) throw inputError('variants', 'none chosen');
  return possible.filter((name) => asked?.includes(name) ?? true);
}

function precisionsOf(names: readonly VariantName[]): Precision[] {
  return [...new Set(names.map((name) => VARIANTS[name].precision))];
}

async function readTokenizer(folder: string): Promise<Uint8Array> {
  return readFile(join(folder, 'tokenizer.json')).catch((cause: unknown) => {
    throw inputError('tokenizer.json', 'file missing or unreadable', cause);
  });
}

function hashAll({ from, signal, onProgress }: PackOptions): Promise<SourceFile[]> {
  return hashSources(from, {
    ...(signal ? { signal } : {}),
    onProgress: (progress) => onProgress?.({ phase: 'hash', ...progress }),
  });
}

/** Streams the table by blocks of rows; the writer cuts them into chunks of whole rows. */
async function packEmbeddings(
  model: OfficialModel,
  folder: PackFolder,
  names: readonly VariantName[],
  options: PackOptions,
): Promise<PackManifest['embeddings']> {
  const { vocabulary: rows, hidden: columns } = model.shape;
  const tables: Partial<Record<EmbeddingEncoding, EmbeddingTable>> = {};
  for (const encoding of new Set(names.map((name) => VARIANTS[name].embedding))) {
    const rowBytes = encoding === 'int8' ? columns + 4 : columns * 4;
    const chunkBytes = Math.floor(MAX_CHUNK_BYTES / rowBytes) * rowBytes;
    const writer = new ChunkWriter(folder, `embeddings.${encoding}`, chunkBytes);
    for (let first = 0; first < rows; first += BLOCK_ROWS) {
      options.signal?.throwIfAborted();
      const count = Math.min(BLOCK_ROWS, rows - first);
      const values = await model.embeddingRows(first, count);
      const bytes = new Uint8Array(values.buffer);
      await writer.append(
        encoding === 'int8' ? encodeEmbeddingRows({ rows: count, columns, values }) : bytes,
      );
      options.onProgress?.({ phase: 'embeddings', done: first + count, total: rows });
    }
    tables[encoding] = { ...(await writer.finish()), rows, columns };
  }
  return tables;
}

/** Stores the weights while the reference computes the known answers with them. */
async function packVariants(
  model: OfficialModel,
  folder: PackFolder,
  names: readonly VariantName[],
  sequences: readonly ReadSequence[],
  options: PackOptions,
): Promise<Pick<PackManifest, 'knownAnswers' | 'variants'>> {
  const { shape } = model;
  const precisions = precisionsOf(names);
  const graphs = new Map<Precision, GraphFiles>();
  for (const precision of precisions) {
    if (precision !== 'int8') graphs.set(precision, new GraphFiles(folder, shape, precision));
  }
  const int8 = precisions.includes('int8') ? new Int8File(folder, shape) : undefined;
  const total = shape.layers * MATRICES_PER_LAYER;
  let done = 0;
  const source = new PackingSource(model, [...graphs.values(), ...(int8 ? [int8] : [])], () => {
    options.signal?.throwIfAborted();
    done += 1;
    options.onProgress?.({ phase: 'weights', done, total });
  });
  const asked = [...new Set<Precision>(['float32', ...precisions])];
  const logits = await computeLogits(source, sequences, asked, options.signal);
  if ([...logits.values()].flat(2).some((logit) => !Number.isFinite(logit))) {
    throw inputError('weights', 'the model computes values that are not finite');
  }

  const parts = new Map<Precision, Pick<PackVariant, 'graph' | 'weights' | 'needs'>>();
  for (const [precision, files] of graphs) parts.set(precision, await files.finish());
  if (int8) parts.set('int8', { weights: [await int8.finish()] });
  const reference = logits.get('float32') as number[][];
  const variants: Partial<Record<VariantName, PackVariant>> = {};
  for (const name of names) {
    const { device, precision, embedding } = VARIANTS[name];
    const knownLogits = logits.get(precision) as number[][];
    const tolerance = toleranceOf(precision, knownLogits, reference);
    const { needs, ...files } = parts.get(precision) as Pick<PackVariant, 'graph' | 'weights' | 'needs'>;
    const variant = { device, ...files, embedding, knownLogits, tolerance };
    variants[name] = device === 'webgpu' && needs ? { ...variant, needs } : variant;
  }
  const knownAnswers = sequences.map((sequence, i) => ({ ...sequence, logits: reference[i] as number[] }));
  return { knownAnswers, variants };
}
