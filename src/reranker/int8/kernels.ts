import base64 from '../../kernels/index.ts?kernels';
import { runtimeError } from '../runtime.ts';

/** The kernels, compiled by the browser. Errors: `runtime-unavailable`, `csp-blocked`. */
export async function compileKernels(): Promise<WebAssembly.Module> {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  try {
    return await WebAssembly.compile(bytes);
  } catch (error) {
    throw runtimeError(error, 'wasm');
  }
}
