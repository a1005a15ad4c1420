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

/** Those whose graphs quantise activations as they run, with one scale for all tokens of the run. */
export const INT8_DTYPES: readonly ExportedDtype[] = ['q8', 'int8', 'uint8'];

/** What each device takes where nothing is asked for, best first. float16 has overflowed in models of this kind. */
const PREFERRED: Readonly<Record<Device, readonly ExportedDtype[]>> = {
  wasm: ['q8', 'q4', 'fp32'],
  webgpu: ['q4', 'fp32'],
};

/**
 * What to look for, best first: what was asked for and nothing else, or what the device prefers. Empty where the device
 * is unfit for it: onnxruntime computes int8 graphs on the CPU when it is given a GPU, for minutes.
 */
export function dtypesFor(device: Device, asked: ExportedDtype | undefined): readonly ExportedDtype[] {
  if (asked === undefined) return PREFERRED[device];
  return device === 'webgpu' && INT8_DTYPES.includes(asked) ? [] : [asked];
}
