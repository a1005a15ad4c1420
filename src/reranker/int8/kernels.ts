import base64 from '../../kernels/index.ts?kernels';
import relaxedBase64 from '../../kernels/index.ts?relaxed-kernels';
import { runtimeError } from '../runtime-error.ts';

/** The functions of `src/kernels/index.ts`. */
export interface Kernels {
  productKind(): number;
  scratchBytes(plan: number, width: number): number;
  layer(plan: number, thread: number): void;
  readOut(plan: number, norm: number, head: number, out: number): void;
  work(plan: number, thread: number): never;
}

/**
 * The kernels for this processor, compiled by the browser: those for relaxed SIMD where they are exact, else those
 * that every browser with SIMD has. Errors: `runtime-unavailable`, `csp-blocked`.
 */
export async function compileKernels(memory: WebAssembly.Memory): Promise<WebAssembly.Module> {
  try {
    const relaxed = decode(relaxedBase64);
    if (WebAssembly.validate(relaxed)) {
      const module = await WebAssembly.compile(relaxed);
      const kernels = await instantiateKernels(module, memory);
      if (kernels.productKind() > 0) return module;
    }
    return await WebAssembly.compile(decode(base64));
  } catch (error) {
    throw runtimeError(error, 'wasm');
  }
}

export async function instantiateKernels(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
): Promise<Kernels> {
  const { exports } = await WebAssembly.instantiate(module, { env: { memory } });
  return exports as unknown as Kernels;
}

function decode(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
