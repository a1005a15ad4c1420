import type { Device } from '../../weights/index.ts';
import { planDevices } from '../device.ts';
import type { Threads } from '../threads.ts';
import type { Fallback, LoadOptions } from '../types.ts';

/** A step of the ladder: where an engine is tried, and on what. */
export interface Step {
  readonly device: Device;
  readonly threads: Threads;
  /** In a worker of the page, or of a frame that is isolated where the page is not. */
  readonly host: 'worker' | 'frame';
}

/**
 * The steps for a device, best first: a GPU where `auto` finds a real one, WASM with all threads, WASM with one. And
 * those that are left out, with the reason.
 */
export async function planSteps(
  device: NonNullable<LoadOptions['device']>,
): Promise<{ steps: readonly Step[]; skipped: readonly Fallback[] }> {
  const { devices, skipped } = await planDevices(device);
  return { steps: devices.flatMap(stepsOf), skipped };
}

function stepsOf(device: Device): readonly Step[] {
  if (device === 'webgpu') return [{ device, threads: 'all', host: 'worker' }];
  const last: Step = { device, threads: 'one', host: 'worker' };
  if (navigator.hardwareConcurrency === 1) return [last];
  return [{ device, threads: 'all', host: globalThis.crossOriginIsolated ? 'worker' : 'frame' }, last];
}

/** What is given up with a step. */
export function givenUp({ device, threads }: Step): Pick<Fallback, 'device' | 'only'> {
  return device === 'wasm' && threads === 'all' ? { device, only: 'threads' } : { device };
}

/** A name for a step, which stays the same from visit to visit. */
export function stepName({ device, threads, host }: Step): string {
  return `${device} ${threads} ${host}`;
}
