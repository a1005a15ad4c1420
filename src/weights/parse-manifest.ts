import { CaseMatcherError } from '../errors.ts';
import {
  MAX_CHUNK_BYTES,
  PACK_FORMAT,
  PACK_VERSION,
  type PackFile,
  type PackManifest,
  type PackVariant,
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
  const refuse = (reason: string): never => {
    throw new CaseMatcherError('integrity', { url, reason });
  };
  if (!isObject(json) || json['format'] !== PACK_FORMAT) {
    throw new CaseMatcherError('not-a-model', { url, reason: `no "${PACK_FORMAT}" manifest` });
  }
  if (json['version'] !== PACK_VERSION) {
    throw new CaseMatcherError('not-a-model', { url, reason: `pack version ${String(json['version'])}` });
  }
  const manifest = json as unknown as PackManifest;
  const checkModel = (): void => {
    const model: unknown = manifest.model;
    if (!isObject(model) || typeof model['id'] !== 'string') refuse('model');
    for (const name of MODEL_COUNTS) if (!isCount(manifest.model[name])) refuse(`model.${name}`);
    if (manifest.model.heads % manifest.model.kvHeads !== 0) refuse('model.kvHeads');
    const { prompt, tokens, thresholds } = manifest;
    if (!isObject(prompt) || PROMPT_PARTS.some((part) => typeof prompt[part] !== 'string')) refuse('prompt');
    if (!isObject(tokens) || !isIndex(tokens.yes) || !isIndex(tokens.no)) refuse('tokens');
    if (!isObject(thresholds) || !isScore(thresholds.high) || !isScore(thresholds.medium)) refuse('thresholds');
  };
  const checkFile = (file: PackFile | undefined, what: string): void => {
    if (!isObject(file) || typeof file.name !== 'string' || !Array.isArray(file.chunks)) refuse(what);
    const { size, chunks } = file as PackFile;
    if (!isCount(size) || size > MAX_PACK_BYTES || chunks.length === 0) refuse(`${what} size`);
    let total = 0;
    for (const chunk of chunks as readonly unknown[]) {
      if (!isObject(chunk) || typeof chunk['path'] !== 'string') return refuse(`${what} chunk`);
      if (!isCount(chunk['size']) || chunk['size'] > MAX_CHUNK_BYTES) refuse(`${what} chunk size`);
      if (typeof chunk['sha256'] !== 'string' || !/^[0-9a-f]{64}$/.test(chunk['sha256'])) refuse(`${what} hash`);
      // A pack's files lie in its own folder: no path, scheme or host may lead out of it.
      if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(chunk['path'])) refuse(`${what} path`);
      total += chunk['size'] as number;
    }
    if (total !== size) refuse(`${what} size`);
  };
  const checkVariant = (name: string, variant: PackVariant | undefined): void => {
    if (!isObject(variant) || !Array.isArray(variant.weights)) return refuse(name);
    if (variant.device !== 'wasm' && variant.device !== 'webgpu') refuse(`${name}.device`);
    checkFile(variant.graph, `${name}.graph`);
    for (const file of variant.weights) checkFile(file, `${name}.weights`);
    if (manifest.embeddings[variant.embedding] === undefined) refuse(`${name}.embedding`);
    if (!isScoreTable(variant.knownLogits) || !(variant.tolerance > 0)) refuse(`${name}.knownLogits`);
    const answers = manifest.knownAnswers;
    if (variant.knownLogits.some((row, i) => row.length !== answers[i]?.read.length)) refuse(`${name}.knownLogits`);
  };

  checkModel();
  checkFile(manifest.tokenizer, 'tokenizer');
  if (!isObject(manifest.embeddings) || !isObject(manifest.variants)) refuse('variants');
  for (const encoding of ['int8', 'float32'] as const) {
    const table = manifest.embeddings[encoding];
    if (table === undefined) continue;
    checkFile(table, `embeddings.${encoding}`);
    const stride = encoding === 'int8' ? table.columns + 4 : table.columns * 4;
    if (table.columns !== manifest.model.hidden || table.rows * stride !== table.size) {
      refuse(`embeddings.${encoding} shape`);
    }
    if (table.chunks.slice(0, -1).some((chunk) => chunk.size !== table.chunks[0]?.size)) {
      refuse(`embeddings.${encoding} chunks`);
    }
    if (table.chunks.some((chunk) => chunk.size % stride !== 0)) refuse(`embeddings.${encoding} rows`);
  }
  const answers: unknown = manifest.knownAnswers;
  if (!Array.isArray(answers) || answers.length === 0) refuse('knownAnswers');
  for (const answer of manifest.knownAnswers) {
    const ids = Array.isArray(answer.ids) ? answer.ids : refuse('knownAnswers.ids');
    if (!ids.every((id) => isIndex(id) && id < manifest.model.vocabulary)) refuse('knownAnswers.ids');
    if (!Array.isArray(answer.read) || answer.read.length === 0) refuse('knownAnswers.read');
    if (!answer.read.every((at) => isIndex(at) && at < ids.length)) refuse('knownAnswers.read');
  }
  if (Object.keys(manifest.variants).length === 0) refuse('variants');
  for (const [name, variant] of Object.entries(manifest.variants)) checkVariant(name, variant);
  return manifest;
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

function isScoreTable(value: unknown): boolean {
  return Array.isArray(value) && value.every((row) => Array.isArray(row) && row.every(Number.isFinite));
}
