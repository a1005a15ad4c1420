import type { Device } from './manifest.ts';

/** How the weights are stored, in the words of transformers.js, and the end that it gives a file's name. */
export const DTYPE_SUFFIXES = {
  fp32: '',
  fp16: '_fp16',
  q8: '_quantized',
  int8: '_int8',
  uint8: '_uint8',
  q4: '_q4',
  q4f16: '_q4f16',
  bnb4: '_bnb4',
} as const;

export type ExportedDtype = keyof typeof DTYPE_SUFFIXES;

/**
 * What each device takes where nothing is asked for, best first. A GPU gets float32 activations: float16 overflows in
 * models of this family, and int8 is computed on the CPU there, for minutes.
 */
export const PREFERRED_DTYPES: Readonly<Record<Device, readonly ExportedDtype[]>> = {
  wasm: ['q8', 'q4', 'fp32'],
  webgpu: ['q4', 'fp32'],
};
