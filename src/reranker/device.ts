import type { Device } from '../weights/index.ts';

/** A driver that hangs must not hang the page. */
const ADAPTER_SECONDS = 10;

/** As much of WebGPU as is asked here. */
interface Gpu {
  requestAdapter(): Promise<Adapter | null>;
}
interface Adapter {
  readonly isFallbackAdapter?: boolean;
  readonly info?: { readonly isFallbackAdapter?: boolean; readonly architecture?: string };
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
  const reason = await whyNoGpu();
  if (reason === undefined) return { devices: ['webgpu', 'wasm'], skipped: [] };
  return { devices: ['wasm'], skipped: [{ device: 'webgpu', code: 'device-unavailable', reason }] };
}

async function whyNoGpu(): Promise<string | undefined> {
  const gpu = (navigator as { gpu?: Gpu }).gpu;
  if (gpu === undefined) return globalThis.isSecureContext ? 'not in this browser' : 'not a secure context';
  const seconds = new Promise<'silent'>((resolve) =>
    setTimeout(() => resolve('silent'), ADAPTER_SECONDS * 1000),
  );
  const asked = Promise.resolve().then(() => gpu.requestAdapter());
  const adapter = await Promise.race([asked.catch(() => null), seconds]);
  if (adapter === 'silent') return 'the driver does not answer';
  if (adapter === null) return 'no adapter';
  if (adapter.isFallbackAdapter || adapter.info?.isFallbackAdapter) return 'a software adapter';
  if (adapter.info?.architecture === 'swiftshader') return 'a software adapter';
  return undefined;
}
