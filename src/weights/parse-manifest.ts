import { CaseMatcherError } from '../errors.ts';
import { fitsInt8, int8Layout } from './int8-layout.ts';
import {
  type EmbeddingEncoding,
  MAX_CHUNK_BYTES,
  PACK_FORMAT,
  PACK_VERSION,
  type PackFile,
  type PackManifest,
  type PackVariant,
  type VariantName,
} from './manifest.ts';

/** No office PC can hold more; a manifest that claims it is nonsense. */
const MAX_PACK_BYTES = 64 * 1024 ** 3;

/**
 * Reads a manifest that came from anywhere and fails closed: a pack whose sizes, hashes or shapes do not make
 * sense is refused before a byte of it is downloaded.
 *
 * Throws `not-a-model` where the JSON is something else altogether, `integrity` where it is a damaged pack.
 */
export function parseManifest(json: unknown, url: string): PackManifest {
  if (!isObject(json) || json.format !== PACK_FORMAT) {
    throw new CaseMatcherError('not-a-model', { url, reason: `no "${PACK_FORMAT}" manifest` });
  }
  if (json.version !== PACK_VERSION) {
    throw new CaseMatcherError('not-a-model', { url, reason: `pack version ${String(json.version)}` });
  }
  const demand: Demand = (fact, reason) => {
    if (!fact) throw new CaseMatcherError('integrity', { url, reason });
  };
  const manifest = json as unknown as PackManifest;
  demand(isObject(manifest.embeddings) && isObject(manifest.variants), 'variants');
  demand(Object.keys(manifest.variants).length > 0, 'variants');
  checkModel(manifest, demand);
  checkFile(manifest.tokenizer, 'tokenizer', demand);
  checkKnownAnswers(manifest, demand);
  for (const encoding of ['int8', 'float32'] as const) checkEmbedding(manifest, encoding, demand);
  for (const name of Object.keys(manifest.variants)) checkVariant(manifest, name as VariantName, demand);
  return manifest;
}

type Demand = (fact: boolean, reason: string) => void;

function checkModel({ model, prompt, tokens, thresholds }: PackManifest, demand: Demand): void {
  demand(isObject(model) && typeof model.id === 'string', 'model');
  for (const name of MODEL_COUNTS) demand(isCount(model[name]), `model.${name}`);
  demand(model.heads % model.kvHeads === 0, 'model.kvHeads');
  demand(isObject(prompt) && PROMPT_PARTS.every((part) => typeof prompt[part] === 'string'), 'prompt');
  demand(isObject(tokens) && isIndex(tokens.yes) && isIndex(tokens.no), 'tokens');
  demand(isObject(thresholds) && isScore(thresholds.high) && isScore(thresholds.medium), 'thresholds');
}

function checkFile(file: PackFile, what: string, demand: Demand): void {
  demand(isObject(file) && typeof file.name === 'string' && Array.isArray(file.chunks), what);
  let total = 0;
  for (const chunk of file.chunks) {
    demand(isObject(chunk) && isCount(chunk.size) && chunk.size <= MAX_CHUNK_BYTES, `${what} chunk size`);
    demand(typeof chunk.sha256 === 'string' && /^[0-9a-f]{64}$/.test(chunk.sha256), `${what} hash`);
    // A pack's files lie in its own folder: no path, scheme or host may lead out of it.
    demand(typeof chunk.path === 'string' && /^\w[\w.-]*$/.test(chunk.path), `${what} path`);
    total += chunk.size;
  }
  demand(isCount(file.size) && file.size <= MAX_PACK_BYTES && file.size === total, `${what} size`);
}

function checkKnownAnswers({ knownAnswers, model }: PackManifest, demand: Demand): void {
  demand(Array.isArray(knownAnswers) && knownAnswers.length > 0, 'knownAnswers');
  for (const { ids, read } of knownAnswers) {
    demand(Array.isArray(ids) && ids.every((id) => isIndex(id) && id < model.vocabulary), 'knownAnswers.ids');
    demand(Array.isArray(read) && read.length > 0, 'knownAnswers.read');
    demand(
      read.every((at) => isIndex(at) && at < ids.length),
      'knownAnswers.read',
    );
  }
}

function checkEmbedding(manifest: PackManifest, encoding: EmbeddingEncoding, demand: Demand): void {
  const table = manifest.embeddings[encoding];
  if (table === undefined) return;
  checkFile(table, `embeddings.${encoding}`, demand);
  const stride = encoding === 'int8' ? table.columns + 4 : table.columns * 4;
  const shaped = table.columns === manifest.model.hidden && table.rows === manifest.model.vocabulary;
  demand(shaped && table.rows * stride === table.size, `embeddings.${encoding} shape`);
  const equal = table.chunks.slice(0, -1).every((chunk) => chunk.size === table.chunks[0]?.size);
  demand(equal && table.chunks.every((chunk) => chunk.size % stride === 0), `embeddings.${encoding} chunks`);
}

function checkVariant(manifest: PackManifest, name: VariantName, demand: Demand): void {
  const variant = manifest.variants[name] as PackVariant;
  demand(isObject(variant) && Array.isArray(variant.weights), name);
  demand(variant.device === 'wasm' || variant.device === 'webgpu', `${name}.device`);
  for (const file of variant.weights) {
    checkFile(file, `${name}.weights`, demand);
    const { encoding } = file;
    const whole = file.chunks.every(({ size }) => size % 2 === 0);
    demand(encoding === undefined || (encoding === 'float16' && whole), `${name}.weights encoding`);
  }
  if (name === 'wasm-int8') checkInt8(manifest, variant, demand);
  else checkFile(variant.graph as PackFile, `${name}.graph`, demand);
  demand(manifest.embeddings[variant.embedding] !== undefined, `${name}.embedding`);
  const { knownLogits, tolerance, needs } = variant;
  const sound = needs === undefined || (isObject(needs) && isCount(needs.buffer) && isCount(needs.memory));
  demand(sound, `${name}.needs`);
  demand(typeof tolerance === 'number' && tolerance > 0, `${name}.tolerance`);
  demand(
    Array.isArray(knownLogits) &&
      manifest.knownAnswers.every((answer, i) => {
        const row: unknown = knownLogits[i];
        return Array.isArray(row) && row.length === answer.read.length && row.every(Number.isFinite);
      }),
    `${name}.knownLogits`,
  );
}

/** Our kernels read where the layout says, without a further look. */
function checkInt8({ model }: PackManifest, { weights }: PackVariant, demand: Demand): void {
  demand(fitsInt8(model), 'wasm-int8 shape');
  demand(weights.length === 1 && weights[0]?.size === int8Layout(model).size, 'wasm-int8 size');
  demand(weights[0]?.encoding === undefined, 'wasm-int8.weights encoding');
}

const MODEL_COUNTS = [
  'layers',
  'hidden',
  'heads',
  'kvHeads',
  'headDim',
  'intermediate',
  'vocabulary',
  'maxPositions',
] as const;

const PROMPT_PARTS = ['prefix', 'body', 'document', 'suffix', 'instruction'] as const;

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isIndex(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isCount(value: unknown): value is number {
  return isIndex(value) && value > 0;
}

function isScore(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= 1;
}
