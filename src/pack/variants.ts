import type { Device, EmbeddingEncoding, VariantName } from '../weights/manifest.ts';
import type { Precision } from './quantise.ts';

export interface VariantRecipe {
  readonly device: Device;
  readonly precision: Precision;
  readonly embedding: EmbeddingEncoding;
}

export const VARIANTS: Readonly<Record<VariantName, VariantRecipe>> = {
  'wasm-int8': { device: 'wasm', precision: 'int8', embedding: 'int8' },
  'wasm-fp32': { device: 'wasm', precision: 'float32', embedding: 'float32' },
  'webgpu-fp32': { device: 'webgpu', precision: 'float32', embedding: 'float32' },
  'webgpu-q4': { device: 'webgpu', precision: 'q4', embedding: 'int8' },
};

export const VARIANT_NAMES = Object.keys(VARIANTS) as VariantName[];
