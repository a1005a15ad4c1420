import { CaseMatcherError } from '../errors.ts';
import type { Device, GpuNeeds } from '../weights/index.ts';
import { runtimeError } from './runtime-error.ts';

/** A driver that hangs must not hang the page. */
const ADAPTER_SECONDS = 10;

/** As much of WebGPU as is asked here. */
interface Gpu {
  requestAdapter(options: { powerPreference: 'high-performance' }): Promise<Adapter | null>;
}
interface Adapter {
  readonly isFallbackAdapter?: boolean;
  readonly info?: { readonly isFallbackAdapter?: boolean; readonly architecture?: string };
  readonly limits: { readonly maxBufferSize: number; readonly maxStorageBufferBindingSize: number };
}

export interface DevicePlan {
  /** To be tried in this order. */
  readonly devices: readonly Device[];
  readonly skipped: readonly { readonly device: Device; readonly code: string; readonly reason: string }[];
}

/**
 * Which devices to try. `auto` takes WebGPU only where a real adapter answers: a software one computes on the CPU,
 * slower than WASM does. An explicit device is tried alone.
 */
export async function planDevices(device: 'auto' | Device): Promise<DevicePlan> {
  if (device !== 'auto') return { devices: [device], skipped: [] };
  const adapter = await askForAdapter();
  const reason =
    typeof adapter === 'string' ? adapter : isSoftware(adapter) ? 'a software adapter' : undefined;
  if (reason === undefined) return { devices: ['webgpu', 'wasm'], skipped: [] };
  return { devices: ['wasm'], skipped: [{ device: 'webgpu', code: 'device-unavailable', reason }] };
}

/**
 * Throws `device-unavailable`, with what is needed and what there is, unless this machine's adapter offers what a
 * variant needs: to be asked before the variant is downloaded. How much memory a GPU has no page is told; but it
 * cannot be had where the whole machine has less.
 */
export async function requireGpu(needs: GpuNeeds): Promise<void> {
  const refuse = (reason: string): never => {
    throw new CaseMatcherError('device-unavailable', { device: 'webgpu', reason });
  };
  const adapter = await askForAdapter();
  if (typeof adapter === 'string') return refuse(adapter);
  const { maxBufferSize, maxStorageBufferBindingSize } = adapter.limits;
  const largest = Math.min(maxBufferSize, maxStorageBufferBindingSize);
  if (needs.buffer > largest) {
    refuse(`a buffer of ${mebibytes(needs.buffer)} is needed, ${mebibytes(largest)} is the adapter's limit`);
  }
  const { deviceMemory } = navigator as { deviceMemory?: number };
  if (deviceMemory !== undefined && needs.memory > deviceMemory * 2 ** 30) {
    refuse(
      `${mebibytes(needs.memory)} of memory is needed, the machine has ${mebibytes(deviceMemory * 2 ** 30)}`,
    );
  }
}

/** `(func (result v128) (i8x16.popcnt (i8x16.splat (i32.const 0))))`, from GoogleChromeLabs/wasm-feature-detect. */
const SIMD_MODULE = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98,
  11,
];

/**
 * Throws `csp-blocked` or `runtime-unavailable` unless this browser runs WebAssembly with SIMD here, which every device
 * needs: to be asked before anything is downloaded.
 */
export function requireWasm(device: Device): void {
  try {
    new WebAssembly.Module(Uint8Array.from(SIMD_MODULE));
  } catch (error) {
    const blocked = runtimeError(error, device);
    if (blocked.code === 'csp-blocked') throw blocked;
    throw new CaseMatcherError('runtime-unavailable', { device, reason: 'no WebAssembly SIMD' });
  }
}

/** The adapter that onnxruntime will ask for too, or why there is none. */
async function askForAdapter(): Promise<Adapter | string> {
  const gpu = (navigator as { gpu?: Gpu }).gpu;
  if (gpu === undefined) return globalThis.isSecureContext ? 'not in this browser' : 'not a secure context';
  const seconds = new Promise<'silent'>((resolve) =>
    setTimeout(() => resolve('silent'), ADAPTER_SECONDS * 1000),
  );
  const asked = Promise.resolve().then(() => gpu.requestAdapter({ powerPreference: 'high-performance' }));
  const adapter = await Promise.race([asked.catch(() => null), seconds]);
  if (adapter === 'silent') return 'the driver does not answer';
  return adapter ?? 'no adapter';
}

function isSoftware({ isFallbackAdapter, info }: Adapter): boolean {
  return (
    isFallbackAdapter === true || info?.isFallbackAdapter === true || info?.architecture === 'swiftshader'
  );
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
