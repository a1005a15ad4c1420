import { afterEach, describe, expect, it, vi } from 'vitest';
import type { CaseMatcherElement } from '../../src/element/index.ts';
import { isSparing } from '../../src/element/loading.ts';
import { archive, cards, matched, onScreen, stage, words } from './panel.ts';
import { promptRanker } from './staged-ranker.ts';

/** A panel of which nothing can be seen, and what it asks its source for. */
function unseen(properties: Partial<CaseMatcherElement>): {
  element: CaseMatcherElement;
  find: () => number;
} {
  const source = { find: vi.fn(async () => archive(4)) };
  const element = document.createElement('case-matcher');
  Object.assign(element, { ticket: onScreen, source, ranker: promptRanker, ...properties });
  const place = stage();
  place.hidden = true;
  place.append(element);
  return { element, find: () => source.find.mock.calls.length };
}

const frames = async () => {
  for (let frame = 0; frame < 4; frame++) await new Promise(requestAnimationFrame);
};

afterEach(() => {
  vi.restoreAllMocks();
});

describe('loading', () => {
  it('lazy waits until the panel can be seen, and goes on from then', async () => {
    const { element, find } = unseen({ loading: 'lazy' });
    await frames();
    expect(find()).toBe(0);
    const end = matched(element);
    (element.parentElement as HTMLElement).hidden = false;
    await end;
    expect(cards(element)).toHaveLength(3);
    (element.parentElement as HTMLElement).hidden = true;
    element.ticket = { id: 'GZ2', text: '路灯不亮' };
    await matched(element);
    expect(find()).toBe(2);
  });

  it('lazy does what it is asked for', async () => {
    const { element, find } = unseen({ loading: 'lazy' });
    await frames();
    const end = matched(element);
    expect(element.refresh()).toBe(true);
    await end;
    expect(find()).toBe(1);
  });

  it.each(['eager', 'auto', undefined] as const)(
    '%s begins at once on a page that is seen',
    async (loading) => {
      const { element, find } = unseen({ ...(loading ? { loading } : {}) });
      await matched(element);
      expect(find()).toBe(1);
    },
  );

  it('auto waits with data saving, with little memory and on a hidden page', async () => {
    expect(isSparing({})).toBe(false);
    expect(isSparing({ connection: { saveData: true } })).toBe(true);
    expect(isSparing({ deviceMemory: 2 })).toBe(true);
    expect(isSparing({ deviceMemory: 8, connection: { saveData: false } })).toBe(false);
    const state = vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
    expect(isSparing({})).toBe(true);
    const { element, find } = unseen({ loading: 'auto' });
    (element.parentElement as HTMLElement).hidden = false;
    await frames();
    expect(find()).toBe(0);
    const end = matched(element);
    state.mockReturnValue('visible');
    document.dispatchEvent(new Event('visibilitychange'));
    await end;
  });

  it('begins when the host no longer wants it to wait', async () => {
    const { element } = unseen({ loading: 'lazy' });
    await frames();
    const end = matched(element);
    element.loading = 'eager';
    await end;
  });
});

describe('monitor mode', () => {
  it('ranks and tells, but shows nothing and takes no room', async () => {
    const { element, find } = unseen({ mode: 'monitor', loading: 'lazy' });
    (element.parentElement as HTMLElement).hidden = false;
    const { detail } = await matched(element);
    expect(detail).toMatchObject({ ranked: 4, rankedByModel: true });
    expect(find()).toBe(1);
    expect(element.shadowRoot?.querySelector('*')).toBeNull();
    expect(element.getBoundingClientRect()).toMatchObject({ width: 0, height: 0 });
  });

  it('can be left and entered while the page runs', async () => {
    const { element, find } = unseen({ mode: 'monitor' });
    (element.parentElement as HTMLElement).hidden = false;
    await matched(element);
    element.removeAttribute('mode');
    await element.updateComplete;
    expect(cards(element)).toHaveLength(3);
    expect(words(element, '[part=card]')).toContain('历史1');
    expect(find()).toBe(1);
  });
});
