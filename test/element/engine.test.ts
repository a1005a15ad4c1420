import { afterEach, describe, expect, it, vi } from 'vitest';
import { leaseEngine } from '../../src/element/engine.ts';
import type { LoadProgress } from '../../src/reranker/index.ts';
import { archive, cards, matched, once, one, onScreen, panel, stage, until, words } from './panel.ts';

/** The demo pack, from test/browser/pack-server.ts. */
const pack = (fault: string) => new URL(`/packs/${fault}/`, location.href).href;
const lease = (fault: string, onProgress: (progress: LoadProgress) => void = () => {}) =>
  leaseEngine({ model: pack(fault), device: 'wasm', onProgress });

afterEach(() => {
  vi.useRealTimers();
});

describe('the engine of a page', () => {
  it('is one for all that want the same model and device', async () => {
    const [a, b] = [lease('sound'), lease('sound')];
    expect(await a.ready).toBe(await b.ready);
    const late: LoadProgress[] = [];
    const c = lease('sound', (progress) => late.push(progress));
    expect(late).toHaveLength(1);
    for (const user of [a, b, c]) user.release();
  });

  it('is closed a while after its last user went, and not before', async () => {
    const [a, b] = [lease('sound'), lease('sound')];
    const engine = await a.ready;
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    a.release();
    a.release();
    vi.advanceTimersByTime(60_000);
    b.release();
    vi.advanceTimersByTime(20_000);
    const back = lease('sound');
    vi.advanceTimersByTime(60_000);
    expect(await back.ready).toBe(engine);
    back.release();
    vi.advanceTimersByTime(60_000);
    vi.useRealTimers();
    await back.ready;
    await expect(engine.rank('电梯', [{ id: '1', text: '电梯' }])).rejects.toMatchObject({
      code: 'disposed',
    });
    const next = lease('sound');
    expect(await next.ready).not.toBe(engine);
    next.release();
  });

  it('is asked for anew after it failed to load', async () => {
    const first = lease('error');
    await expect(first.ready).rejects.toMatchObject({ code: 'http' });
    const second = lease('error');
    expect(second.ready).not.toBe(first.ready);
    await expect(second.ready).rejects.toMatchObject({ code: 'http' });
  });
});

describe('an element with a model', () => {
  it('loads it before there is a ticket, ranks by it, and says where that was done', async () => {
    const element = document.createElement('case-matcher');
    Object.assign(element, { model: '/packs/sound/', device: 'wasm', candidates: archive(5) });
    const ready = new Promise<void>((resolve) => {
      element.addEventListener('model-progress', ({ detail }) => detail.phase === 'ready' && resolve());
    });
    stage().append(element);
    await ready;
    await until(() => expect(words(element, 'footer')).toContain('本机 WASM'));
    expect(words(element, '[part=notice]')).toContain('尚未选择工单');
    expect(words(element, '[part=progress-text]')).toBe('');
    element.ticket = onScreen;
    const { detail } = await matched(element);
    expect(detail.rankedByModel).toBe(true);
    expect(cards(element)).toHaveLength(3);
    expect(words(element, 'footer')).toMatch(/^本机 WASM · \d+ 线程 · 文本未离开本机/);
  });

  it('names what was wrong with the model, and ranks by it once that is mended', async () => {
    const element = await panel({ model: '/packs/html-manifest/', device: 'wasm', candidates: archive(4) });
    const failure = once(element, 'case-error');
    element.ticket = onScreen;
    expect((await failure).detail.code).toBe('not-a-model');
    await element.updateComplete;
    expect(words(element, '[part=notice]')).toContain('模型地址上没有可用的模型');
    const retried = once(element, 'case-error');
    one(element, '[part=retry]').click();
    expect((await retried).detail.code).toBe('not-a-model');
    element.model = '/packs/sound/';
    expect((await matched(element)).detail.rankedByModel).toBe(true);
    expect(element.shadowRoot?.querySelector('[part=notice]')).toBeNull();
  });

  it('ranks by an export that is named, from the host that is named', async () => {
    const element = document.createElement('case-matcher');
    element.setAttribute('model', 'org/plain');
    element.setAttribute('model-host', '/exports/hub');
    Object.assign(element, { device: 'wasm', candidates: archive(3), ticket: onScreen });
    stage().append(element);
    expect((await matched(element)).detail.rankedByModel).toBe(true);
    expect(words(element, 'footer')).toContain('本机 WASM');
  });

  it('says so when the GPU fails the self-test', async () => {
    const { gpu } = navigator as never as { gpu: { requestAdapter: () => Promise<unknown> } };
    const real = vi.spyOn(gpu, 'requestAdapter').mockResolvedValue({ info: { isFallbackAdapter: false } });
    const element = await panel({ model: '/packs/wrong-gpu-answers/', candidates: archive(3) });
    element.ticket = onScreen;
    const { detail } = await matched(element);
    real.mockRestore();
    expect(detail.rankedByModel).toBe(true);
    expect(words(element, 'footer')).toContain('WebGPU 未通过自检，已改用此方式');
  });
});
