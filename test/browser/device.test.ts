import { afterEach, describe, expect, it, vi } from 'vitest';
import { planDevices, requireGpu } from '../../src/reranker/device.ts';

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

describe('what a variant needs', () => {
  const limits = { maxBufferSize: 2 ** 30, maxStorageBufferBindingSize: 2 ** 27 };
  const refused = (reason: string) => ({ code: 'device-unavailable', details: { device: 'webgpu', reason } });

  it.each([
    [{ buffer: 2 ** 27, memory: 1 }, limits],
    [
      { buffer: 2 ** 26, memory: 2 ** 30 },
      { ...limits, maxBufferSize: 2 ** 26 },
    ],
  ])('is there where %o meets the limits %o', async (needs, given) => {
    vi.spyOn(gpu, 'requestAdapter').mockResolvedValue({ limits: given });
    await expect(requireGpu(needs)).resolves.toBeUndefined();
  });

  it.each([
    [limits, "a buffer of 128.5 MiB is needed, 128.0 MiB is the adapter's limit"],
    [
      { ...limits, maxBufferSize: 2 ** 26 },
      "a buffer of 128.5 MiB is needed, 64.0 MiB is the adapter's limit",
    ],
  ])('is refused with both numbers where the limits are %o', async (given, reason) => {
    vi.spyOn(gpu, 'requestAdapter').mockResolvedValue({ limits: given });
    await expect(requireGpu({ buffer: 128.5 * 2 ** 20, memory: 1 })).rejects.toMatchObject(refused(reason));
  });

  it('is refused where the whole machine has less memory, or there is no adapter', async () => {
    vi.spyOn(gpu, 'requestAdapter').mockResolvedValue({ limits });
    vi.spyOn(navigator as never as { deviceMemory: number }, 'deviceMemory', 'get').mockReturnValue(2);
    const reason = '3072.0 MiB of memory is needed, the machine has 2048.0 MiB';
    await expect(requireGpu({ buffer: 1, memory: 3 * 2 ** 30 })).rejects.toMatchObject(refused(reason));
    await expect(requireGpu({ buffer: 1, memory: 2 ** 31 })).resolves.toBeUndefined();
    vi.spyOn(gpu, 'requestAdapter').mockResolvedValue(null);
    await expect(requireGpu({ buffer: 1, memory: 1 })).rejects.toMatchObject(refused('no adapter'));
  });
});

it('asks for the adapter that onnxruntime will take', async () => {
  const asked = vi.spyOn(gpu, 'requestAdapter').mockResolvedValue(null);
  await planDevices('auto');
  expect(asked).toHaveBeenCalledWith({ powerPreference: 'high-performance' });
});
