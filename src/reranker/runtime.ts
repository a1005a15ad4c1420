import asyncifyMjs from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url';
import asyncifyWasm from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import jspiMjs from 'onnxruntime-web/ort-wasm-simd-threaded.jspi.mjs?url';
import jspiWasm from 'onnxruntime-web/ort-wasm-simd-threaded.jspi.wasm?url';
import plainMjs from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url';
import plainWasm from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';
import { CaseMatcherError } from '../errors.ts';
import type { Device, LoadedVariant } from '../weights/index.ts';
import { untilGpuAnswers } from './gpu-silence.ts';
import { runtimeError } from './runtime-error.ts';
import { availableThreads, type Threads } from './threads.ts';

type Runtime = typeof import('onnxruntime-web/wasm');

/** Without this ORT waits for ever when a thread's script is blocked (a page with COEP, files without). */
const INIT_TIMEOUT_MILLISECONDS = 60_000;

/**
 * A session on a pack variant's graph. A start that failed poisons ORT for the life of the worker, so the next try
 * belongs in a new one. Errors: `runtime-unavailable`, `csp-blocked`, `device-lost`.
 */
export async function createSession(
  { device, threads }: { device: Device; threads: Threads },
  variant: Pick<LoadedVariant, 'graph' | 'weights'>,
  outputsOnGpu: readonly string[],
) {
  const ort = await loadRuntime(device, threads);
  try {
    const graph = new Uint8Array(await (variant.graph as Blob).arrayBuffer());
    const externalData = [...variant.weights].map(([path, data]) => ({ path, data }));
    // Keys and values stay where they are computed; the score alone is read back from a GPU.
    const onGpu = Object.fromEntries(outputsOnGpu.map((name) => [name, 'gpu-buffer' as const]));
    const creating = ort.InferenceSession.create(graph, {
      executionProviders: [device],
      externalData,
      ...(device === 'webgpu' ? { preferredOutputLocation: onGpu } : {}),
    });
    const session = await (device === 'webgpu' ? untilGpuAnswers(creating) : creating);
    return { session, ort };
  } catch (error) {
    throw error instanceof CaseMatcherError ? error : runtimeError(error, device);
  }
}

/** onnxruntime-web for a device, with its own files self-hosted beside this one. */
async function loadRuntime(device: Device, threads: Threads): Promise<Runtime> {
  try {
    const { ort, files } = await importRuntime(device);
    ort.env.wasm.wasmPaths = files;
    ort.env.wasm.numThreads = threadCount(threads);
    ort.env.wasm.initTimeout = INIT_TIMEOUT_MILLISECONDS;
    // ORT's warnings go to the host's console; errors come back as rejections.
    ort.env.logLevel = 'error';
    return ort;
  } catch (error) {
    throw new CaseMatcherError('runtime-unavailable', { device }, { cause: error });
  }
}

/**
 * WebGPU's waiting is done by JSPI where the browser has it: that build is smaller, and reads the weights tensor by
 * tensor from their Blobs, where the other one first holds all of them in memory.
 */
async function importRuntime(
  device: Device,
): Promise<{ ort: Runtime; files: { mjs: string; wasm: string } }> {
  if (device === 'wasm') {
    return { ort: await import('onnxruntime-web/wasm'), files: { mjs: plainMjs, wasm: plainWasm } };
  }
  if ('Suspending' in WebAssembly) {
    return { ort: await import('onnxruntime-web/jspi'), files: { mjs: jspiMjs, wasm: jspiWasm } };
  }
  return { ort: await import('onnxruntime-web/webgpu'), files: { mjs: asyncifyMjs, wasm: asyncifyWasm } };
}

function threadCount(threads: Threads): number {
  const logical = availableThreads(threads);
  // Above four, logical processors are mostly two to a core, and the second adds nothing to matrix products.
  return logical <= 4 ? logical : Math.min(8, Math.ceil(logical / 2));
}
