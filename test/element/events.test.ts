import { describe, expect, expectTypeOf, it, vi } from 'vitest';
import type { CaseMatcherElement, CaseOpenDetail } from '../../src/element/index.ts';
import { CaseMatcherError } from '../../src/errors.ts';
import { all, archive, cards, matched, once, one, onScreen, panel } from './panel.ts';
import { promptRanker } from './staged-ranker.ts';

/** What every event says of the first of the cases that `promptRanker` ranked. */
const first = {
  ticketId: onScreen.id,
  id: 'HIS1',
  rank: 1,
  score: 1 / (1 + Math.exp(-3)),
  tier: 'high',
};

describe('events', () => {
  it('are typed by name on any element', () => {
    const element = document.createElement('case-matcher');
    expectTypeOf(element).toEqualTypeOf<CaseMatcherElement>();
    document.body.addEventListener('case-open', (event) => {
      expectTypeOf(event.detail).toEqualTypeOf<CaseOpenDetail>();
    });
    element.addEventListener('model-progress', (event) => expectTypeOf(event.detail.loaded).toBeNumber());
  });

  it('tell of a match by ids, scores and tiers, and no text', async () => {
    const element = await panel({ ticket: onScreen, candidates: archive(7), ranker: promptRanker });
    const event = await matched(element);
    expect(event).toMatchObject({ bubbles: true, composed: true });
    expect(event.detail).toMatchObject({ ticketId: onScreen.id, ranked: 7, rankedByModel: true });
    expect(event.detail.cases.map(({ id, tier }) => [id, tier])).toEqual([
      ['HIS1', 'high'],
      ['HIS2', 'high'],
      ['HIS3', 'medium'],
    ]);
    expect(JSON.stringify(event.detail)).not.toMatch(/诉求|电梯|答复/);
  });

  it('let a host open the case itself', async () => {
    const element = await panel({ ticket: onScreen, candidates: archive(1), ranker: promptRanker });
    await matched(element);
    const opened = once(element, 'case-open');
    let prevented = false;
    const seen = (event: Event) => {
      prevented = event.defaultPrevented;
      event.preventDefault();
    };
    element.addEventListener('case-open', (event) => event.preventDefault());
    window.addEventListener('click', seen, { once: true });
    one(element, 'a[part=open]').click();
    expect((await opened).detail).toEqual({
      ...first,
      url: new URL('/cases/1', location.href).href,
      case: archive(1)[0],
    });
    expect(prevented).toBe(true);
  });

  it('leave the opening to the browser unless a host prevents it', async () => {
    const element = await panel({ ticket: onScreen, candidates: archive(1), ranker: promptRanker });
    await matched(element);
    let prevented = true;
    window.addEventListener(
      'click',
      (event) => {
        prevented = event.defaultPrevented;
        event.preventDefault();
      },
      { once: true },
    );
    const link = one<HTMLAnchorElement>(element, 'a[part=open]');
    link.click();
    expect(prevented).toBe(false);
    expect(link).toMatchObject({ target: '_blank', rel: 'noopener noreferrer' });
  });

  it('come as a plain button where a case has no address', async () => {
    const [{ url: _, ...ticket } = { id: '', text: '' }] = archive(1);
    const element = await panel({ ticket: onScreen, candidates: [ticket], ranker: promptRanker });
    await matched(element);
    const opened = once(element, 'case-open');
    one(element, 'button[part=open]').click();
    expect((await opened).detail).toEqual({ ...first, case: ticket });
  });

  it('report an error with its code, ours or not', async () => {
    const source = {
      find: () => Promise.reject(new CaseMatcherError('timeout', { url: '/api', seconds: 20 })),
    };
    const element = await panel({ ranker: promptRanker, source });
    const first = once(element, 'case-error');
    element.ticket = onScreen;
    expect((await first).detail).toMatchObject({ code: 'timeout', error: { details: { seconds: 20 } } });
    const second = once(element, 'case-error');
    element.source = {
      find() {
        throw 'not even an error';
      },
    };
    expect((await second).detail).toMatchObject({ code: 'unexpected', error: expect.any(Error) });
  });

  it('harm nothing when a host listener throws', async () => {
    const errors = vi.fn((event: ErrorEvent) => event.preventDefault());
    window.addEventListener('error', errors);
    try {
      const element = await panel({ candidates: archive(4), ranker: promptRanker });
      for (const name of ['case-match', 'case-open'] as const) {
        element.addEventListener(name, (event) => {
          event.preventDefault();
          throw new Error('host');
        });
      }
      element.ticket = onScreen;
      await matched(element);
      all(element, 'a[part=open]')[0]?.click();
      await element.updateComplete;
      expect(cards(element)).toEqual(['历史1', '历史2', '历史3']);
      expect(errors).toHaveBeenCalledTimes(2);
    } finally {
      window.removeEventListener('error', errors);
    }
  });
});
