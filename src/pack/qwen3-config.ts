import type { ModelShape } from '../weights/manifest.ts';
import { inputError } from './input-error.ts';
import { isRecord } from './safetensors.ts';

/** Rotary tables beyond this would only cost bytes: the official reranker is used up to 8,192 tokens. */
const MAX_POSITIONS = 8192;

export interface Qwen3Config {
  readonly shape: ModelShape;
  /** Whether the head is the embedding table. */
  readonly tied: boolean;
}

/**
 * Reads the official config.json. Defaults are those of transformers' `Qwen3Config`.
 *
 * @throws CaseMatcherError `invalid-input`: not a Qwen3 causal model, or one with features that the graph lacks
 */
export function readQwen3Config(config: unknown): Qwen3Config {
  if (!isRecord(config)) throw inputError('config.json', 'not an object');
  if (config.model_type !== 'qwen3') {
    throw inputError('model_type', `${String(config.model_type)} is not supported, only qwen3 is`);
  }
  refuseUnsupported(config);
  const rope = isRecord(config.rope_parameters) ? config.rope_parameters : config;
  const heads = positiveInteger(config, 'num_attention_heads');
  const shape: ModelShape = {
    layers: positiveInteger(config, 'num_hidden_layers'),
    hidden: positiveInteger(config, 'hidden_size'),
    heads,
    kvHeads: positiveInteger(config, 'num_key_value_heads'),
    headDim: positiveInteger(config, 'head_dim', 128),
    intermediate: positiveInteger(config, 'intermediate_size'),
    vocabulary: positiveInteger(config, 'vocab_size'),
    maxPositions: Math.min(positiveInteger(config, 'max_position_embeddings'), MAX_POSITIONS),
    ropeTheta: positiveNumber(rope, 'rope_theta', 10_000),
    rmsEps: positiveNumber(config, 'rms_norm_eps', 1e-6),
  };
  if (heads % shape.kvHeads !== 0) {
    throw inputError('num_key_value_heads', `${heads} heads cannot be shared out among ${shape.kvHeads}`);
  }
  if (shape.headDim % 2 !== 0) throw inputError('head_dim', `${shape.headDim} is odd, rotation needs pairs`);
  return { shape, tied: config.tie_word_embeddings === true };
}

function refuseUnsupported(config: Record<string, unknown>): void {
  const refuse = (field: string): never => {
    throw inputError(field, `${JSON.stringify(config[field])} is not supported`);
  };
  if (config.attention_bias === true) refuse('attention_bias');
  if (config.use_sliding_window === true) refuse('use_sliding_window');
  if (config.quantization_config) refuse('quantization_config');
  if (config.hidden_act !== undefined && config.hidden_act !== 'silu') refuse('hidden_act');
  if (config.rope_scaling) refuse('rope_scaling');
  if (isRecord(config.rope_parameters)) {
    const type = config.rope_parameters.rope_type;
    if (type !== undefined && type !== 'default') refuse('rope_parameters');
  }
  if (Array.isArray(config.layer_types) && config.layer_types.some((type) => type !== 'full_attention')) {
    refuse('layer_types');
  }
}

function positiveInteger(config: Record<string, unknown>, field: string, missing?: number): number {
  const value = config[field] ?? missing;
  if (Number.isSafeInteger(value) && (value as number) > 0) return value as number;
  throw inputError(field, `${JSON.stringify(value)} is not a positive integer`);
}

function positiveNumber(config: Record<string, unknown>, field: string, missing: number): number {
  const value = config[field] ?? missing;
  if (typeof value === 'number' && Number.isFinite(value) && value > 0) return value;
  throw inputError(field, `${JSON.stringify(value)} is not a positive number`);
}
