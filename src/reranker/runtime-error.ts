import { CaseMatcherError } from '../errors.ts';
import type { Device } from '../weights/index.ts';

/** V8's words for memory and arrays, Dawn's for buffers, and those of C++ inside onnxruntime. */
const OUT_OF_MEMORY = /out of memory|could not allocate memory|array buffer allocation failed|bad_alloc/i;

/** What a failed session or run means: a page's CSP, too little memory, a lost GPU, or a runtime that will not do. */
export function runtimeError(error: unknown, device: Device): CaseMatcherError {
  const text = error instanceof Error ? error.message : String(error);
  if (/content security policy|unsafe-eval/i.test(text)) {
    return new CaseMatcherError(
      'csp-blocked',
      { directive: "script-src 'wasm-unsafe-eval'" },
      { cause: error },
    );
  }
  if (OUT_OF_MEMORY.test(text)) return new CaseMatcherError('out-of-memory', { device }, { cause: error });
  if (device === 'webgpu' && /device.{0,20}lost|lost.{0,20}device/i.test(text)) {
    return new CaseMatcherError('device-lost', { device }, { cause: error });
  }
  return new CaseMatcherError('runtime-unavailable', { device }, { cause: error });
}
