import { describe, expect, it, vi } from 'vitest';
import { CaseMatcherElement, defineCaseMatcher } from '../../src/element/index.ts';
import { archive, cards, listed, matched, onScreen, panel, stage, words } from './panel.ts';
import { promptRanker, StagedRanker } from './staged-ranker.ts';

describe('the element', () => {
  it('honours properties set before it is defined, and attributes set after', async () => {
    class Late extends CaseMatcherElement {}
    const place = stage();
    const element = document.createElement('case-matcher-late') as CaseMatcherElement;
    Object.assign(element, { ticket: onScreen, candidates: archive(6), ranker: promptRanker });
    element.setAttribute('top', '2');
    place.append(element);
    customElements.define('case-matcher-late', Late);
    await matched(element);
    expect(cards(element)).toEqual(['历史1', '历史2']);
    element.setAttribute('top', '4');
    await element.updateComplete;
    expect(cards(element)).toHaveLength(4);
  });

  it('is defined once; a second copy of the module warns and changes nothing', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    try {
      defineCaseMatcher();
      expect(warn).not.toHaveBeenCalled();
      const get = vi.spyOn(customElements, 'get').mockReturnValue(class extends HTMLElement {});
      defineCaseMatcher();
      get.mockRestore();
      expect(warn).toHaveBeenCalledOnce();
    } finally {
      warn.mockRestore();
    }
    expect(customElements.get('case-matcher')).toBe(CaseMatcherElement);
  });

  it('goes on with its search when it is moved', async () => {
    const ranker = new StagedRanker();
    const element = await panel({ ticket: onScreen, candidates: archive(3), ranker });
    const call = await ranker.next();
    stage().append(element);
    await element.updateComplete;
    expect(call.options.signal?.aborted).toBe(false);
    const end = matched(element);
    call.finish();
    await end;
    expect(ranker.calls).toHaveLength(1);
  });

  it('gives up its search when it is removed, and makes a new one when it comes back', async () => {
    const ranker = new StagedRanker();
    const element = await panel({ ticket: onScreen, candidates: archive(3), ranker });
    const first = await ranker.next();
    element.remove();
    await Promise.resolve();
    expect(first.options.signal?.aborted).toBe(true);
    element.ticket = { id: 'GZ2', text: '另一张工单' };
    await element.updateComplete;
    expect(ranker.calls).toHaveLength(1);
    stage().append(element);
    const second = await ranker.next();
    expect(second.query).toBe('另一张工单');
    const end = matched(element);
    second.finish();
    expect((await end).detail.ticketId).toBe('GZ2');
    expect(cards(element)).toHaveLength(3);
  });

  it('survives being added and removed many times in one go', async () => {
    const ranker = new StagedRanker();
    const element = await panel({ ticket: onScreen, candidates: archive(3), ranker });
    await ranker.next();
    const places = [stage(), stage()] as const;
    for (let turn = 0; turn < 10; turn++) {
      element.remove();
      places[turn % 2]?.append(element);
    }
    await element.updateComplete;
    expect(ranker.calls).toHaveLength(1);
    expect(listed(element)).toHaveLength(3);
  });

  it('forgets the case on screen when the ticket is taken away', async () => {
    const element = await panel({ ticket: onScreen, candidates: archive(3), ranker: promptRanker });
    await matched(element);
    element.ticket = undefined;
    await element.updateComplete;
    expect(words(element, '[part=notice]')).toContain('尚未选择工单');
    expect(words(element)).not.toContain('历史1');
  });

  it('is hidden by the hidden attribute', async () => {
    const element = await panel();
    element.hidden = true;
    expect(getComputedStyle(element).display).toBe('none');
  });
});
