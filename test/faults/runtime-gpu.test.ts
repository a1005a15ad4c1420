import type { Page } from 'playwright-core';
import { describe, expect, it, vi } from 'vitest';
import { newPage, useChromium } from '../e2e/browser.ts';
import { beginRanking, load, openSite, rank, ranked } from '../e2e/plain-host.ts';
import { now, onSignal, sabotage } from './sabotage.ts';

// A GPU in software, which the page takes for a real one: beside other tests it takes its time.
vi.setConfig({ testTimeout: 300_000 });
useChromium('--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader');
const AS_IF_REAL = `Object.defineProperty(GPUAdapter.prototype, 'info', {
  get: () => ({ isFallbackAdapter: false, architecture: 'real' }),
})`;

async function openPage(code: string): Promise<Page> {
  const site = await openSite(sabotage(code).handler);
  const { page } = await newPage();
  await page.addInitScript(AS_IF_REAL);
  await page.goto(site.url);
  return page;
}

const auto = "device: 'auto'";

/**
 * Hangs. No test waits for two minutes: the worker's clock goes fast, but not before its GPU hangs, since a slow machine
 * takes its time to load.
 */
const HANG = `GPUBuffer.prototype.mapAsync = () => { hung = true; return new Promise(() => {}) }`;
const IMPATIENT = `
  let hung = false;
  const { setInterval: tick } = self;
  self.setInterval = (act, ms) => {
    let ticks = 0;
    return tick(() => (hung || ++ticks % 20 === 0) && act(), ms / 20);
  }`;

/** Keeps the device at hand, to be lost at the signal. */
const LOSE_DEVICE = `
  const { requestDevice } = GPUAdapter.prototype;
  GPUAdapter.prototype.requestDevice = async function (...args) {
    const device = await requestDevice.apply(this, args);
    ${onSignal('device.destroy()')};
    return device;
  }`;

describe('a GPU', () => {
  it('#43 that is lost in mid-run: the call is answered on it once more, and then by WASM', async () => {
    const page = await openPage(LOSE_DEVICE);
    expect(await load(page, auto)).toMatchObject({ device: 'webgpu' });
    const expected = await rank(page, 12);
    await beginRanking(page, 12);
    await page.evaluate(now);
    const second = await ranked(page);
    expect(second.map(({ id }) => id).sort()).toEqual(expected.map(({ id }) => id).sort());
    expect(await page.evaluate('reranker.info')).toMatchObject({ device: 'webgpu' });

    await beginRanking(page, 12);
    await page.evaluate(now);
    expect(await ranked(page)).toHaveLength(12);
    expect(await page.evaluate('reranker.info')).toMatchObject({
      device: 'wasm',
      fallbacks: [{ device: 'webgpu', code: 'crash-loop', reason: expect.any(String) }],
    });
  });

  it('that hangs in mid-run: the call is answered, by a new engine', async () => {
    const page = await openPage(`${IMPATIENT}; ${onSignal(HANG)}`);
    expect(await load(page, auto)).toMatchObject({ device: 'webgpu' });
    const expected = await rank(page, 12);
    await beginRanking(page, 12);
    await page.evaluate(now);
    expect((await ranked(page)).map(({ id }) => id).sort()).toEqual(expected.map(({ id }) => id).sort());
  });

  it('that hangs from the first is left for WASM, and info says so', async () => {
    const page = await openPage(`${IMPATIENT}; ${HANG}`);
    expect(await load(page, auto)).toMatchObject({
      device: 'wasm',
      fallbacks: [{ device: 'webgpu', code: 'device-lost', reason: 'silent' }],
    });
    expect(await rank(page, 3)).toHaveLength(3);
  });

  it.each([
    [
      '#42 whose shaders compute nonsense',
      `const { createShaderModule } = GPUDevice.prototype;
       GPUDevice.prototype.createShaderModule = function (descriptor) {
         const code = descriptor.code.replace(/\\* /g, '+ ');
         return createShaderModule.call(this, { ...descriptor, code });
       }`,
    ],
    [
      'whose shaders do not compile',
      `const { createShaderModule } = GPUDevice.prototype;
       GPUDevice.prototype.createShaderModule = function (descriptor) {
         return createShaderModule.call(this, { ...descriptor, code: 'no shader' });
       }`,
    ],
    [
      'that gives no device',
      `GPUAdapter.prototype.requestDevice = () => Promise.reject(new Error('driver'))`,
    ],
  ])('%s is left for WASM, and info says so', async (_, code) => {
    const page = await openPage(code);
    const info = await load(page, auto);
    expect(info).toMatchObject({ device: 'wasm' });
    expect(info.fallbacks).toEqual([
      {
        device: 'webgpu',
        code: expect.stringMatching(/^(self-test-failed|runtime-unavailable|device-lost)$/),
        reason: expect.any(String),
      },
    ]);
    expect(await rank(page, 3)).toHaveLength(3);
  });

  it('#40 without shader-f16 serves as well', async () => {
    const page = await openPage('');
    const features = await page.evaluate(
      'navigator.gpu.requestAdapter().then(({ features }) => [...features])',
    );
    expect(features).not.toContain('shader-f16');
    expect(await load(page, auto)).toMatchObject({ device: 'webgpu' });
  });
});
