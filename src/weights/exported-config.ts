import { CaseMatcherError } from '../errors.ts';

/** More parts than any published export has; transformers.js draws the same line. */
const MAX_DATA_FILES = 100;

/** What of an export's config.json matters here. */
export interface ExportedConfig {
  readonly layers: number;
  readonly kvHeads: number;
  readonly headDim: number;
  /** No position may reach it. */
  readonly maxPositions: number;
  /** No token id may reach it. */
  readonly vocabulary: number;
}

/**
 * Reads the config.json of an export in the layout of transformers.js. Throws `not-a-model` where it is something
 * else, e.g. that of a model which is no decoder.
 */
export function parseExportedConfig(json: unknown, url: string): ExportedConfig {
  const config = isRecord(json) ? json : {};
  const count = (name: string, missing?: number): number => {
    const value = config[name] ?? missing;
    if (Number.isSafeInteger(value) && (value as number) > 0) return value as number;
    throw new CaseMatcherError('not-a-model', { url, reason: `config.json: ${name}` });
  };
  const heads = count('num_attention_heads');
  return {
    layers: count('num_hidden_layers'),
    kvHeads: count('num_key_value_heads', heads),
    headDim: config['head_dim'] ? count('head_dim') : count('hidden_size') / heads,
    maxPositions: count('max_position_embeddings'),
    vocabulary: count('vocab_size'),
  };
}

/**
 * How many files of external data a graph has by `transformers.js_config.use_external_data_format` (a flag or a
 * number, for all graphs or by name); undefined where config.json is silent. Throws `not-a-model`.
 */
export function externalDataFiles(json: unknown, graph: string, url: string): number | undefined {
  const own = isRecord(json) ? json['transformers.js_config'] : undefined;
  const said = isRecord(own) ? own.use_external_data_format : undefined;
  if (said === undefined || said === null) return undefined;
  const count = Number(isRecord(said) ? (said[graph] ?? said[graph.replace(/_.*|\.onnx$/, '')] ?? 0) : said);
  if (Number.isSafeInteger(count) && count >= 0 && count <= MAX_DATA_FILES) return count;
  throw new CaseMatcherError('not-a-model', { url, reason: 'config.json: use_external_data_format' });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
