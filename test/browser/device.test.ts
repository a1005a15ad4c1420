import { afterEach, describe, expect, it, vi } from 'vitest';
import { planDevices } from '../../src/reranker/device.ts';

type Gpu = { requestAdapter: () => Promise<unknown> };
const gpu = (navigator as never as { gpu: Gpu }).gpu;

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe('auto', () => {
  it.each([
    ['answers with a real adapter', async () => ({ info: { isFallbackAdapter: false } }), ['webgpu', 'wasm']],
    ['has no adapter', async () => null, ['wasm']],
    ['has a fallback adapter', async () => ({ info: { isFallbackAdapter: true } }), ['wasm']],
    ['has an old browser’s fallback adapter', async () => ({ isFallbackAdapter: true }), ['wasm']],
    ['rejects', () => Promise.reject(new Error('driver')), ['wasm']],
    [
      'throws',
      () => {
        throw new Error('driver');
      },
      ['wasm'],
    ],
  ])('where the GPU %s', async (_, requestAdapter, devices) => {
    vi.spyOn(gpu, 'requestAdapter').mockImplementation(requestAdapter);
    const plan = await planDevices('auto');
    expect(plan.devices).toEqual(devices);
    expect(plan.skipped).toHaveLength(2 - devices.length);
  });

  it('does not wait for a driver that hangs', async () => {
    vi.useFakeTimers();
    vi.spyOn(gpu, 'requestAdapter').mockReturnValue(new Promise(() => {}));
    const plan = planDevices('auto');
    await vi.runAllTimersAsync();
    expect((await plan).devices).toEqual(['wasm']);
  });

  it('finds the software adapter of this Chromium and leaves it', async () => {
    expect(await gpu.requestAdapter()).not.toBeNull();
    expect((await planDevices('auto')).devices).toEqual(['wasm']);
  });
});

it('tries an explicit device alone', async () => {
  expect(await planDevices('webgpu')).toEqual({ devices: ['webgpu'], skipped: [] });
  expect(await planDevices('wasm')).toEqual({ devices: ['wasm'], skipped: [] });
});
