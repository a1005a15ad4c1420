import { describe, expect, it } from 'vitest';
import type { CaseMatcherElement } from '../../src/element/index.ts';
import { all, archive, listed, matched, one, onScreen, panel, until } from './panel.ts';
import { StagedRanker } from './staged-ranker.ts';

/** Where things are that must stay where they are. */
function frame(element: HTMLElement & { shadowRoot: ShadowRoot | null }): number[] {
  const parts = ['[part=heading]', '[part=progress-text]', '.bar', '.room', '[part=footer]'];
  const boxes = parts.map((part) => element.shadowRoot?.querySelector(part)?.getBoundingClientRect());
  return [element.getBoundingClientRect().height, ...boxes.map((box) => box?.top ?? Number.NaN)];
}

/** The panel has heard of its width and drawn itself for it. */
async function measured(element: CaseMatcherElement): Promise<void> {
  for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
  await element.updateComplete;
}

describe('the layout', () => {
  it.each([360, 440, 700])(
    'does not move while scores arrive, nor when cards come, at %i px',
    async (width) => {
      const ranker = new StagedRanker();
      const candidates = archive(50).map((ticket, index) => ({
        ...ticket,
        title: '很长的标题，'.repeat(1 + (index % 7)),
        ...(index % 5 === 4 ? { handling: {} } : {}),
      }));
      let found: (tickets: typeof candidates) => void = () => {};
      const source = { find: () => new Promise<typeof candidates>((resolve) => (found = resolve)) };
      const element = await panel({ ticket: onScreen, source, ranker });
      (element.parentElement as HTMLElement).style.width = `${width}px`;
      await measured(element);
      const finding = frame(element);
      expect(all(element, '.skeleton')).toHaveLength(3);
      found(candidates);
      const call = await ranker.next();
      await element.updateComplete;
      expect(frame(element)).toEqual(finding);
      for (let index = 0; index < 20; index++) call.score(index, (index * 7) % 11);
      await until(() => expect(all(element, '[part=score]')).toHaveLength(20));
      expect(frame(element)).toEqual(finding);
      const end = matched(element);
      call.finish();
      await end;
      expect(all(element, '[part=card]')).toHaveLength(3);
      expect(frame(element)).toEqual(finding);
    },
  );

  it('makes every card equally high, whatever it holds', async () => {
    const ranker = new StagedRanker();
    const [whole, bare, wordy] = archive(3);
    const candidates = [
      whole,
      { id: bare?.id, text: '短' },
      { ...wordy, title: '题'.repeat(200), text: '文'.repeat(5000) },
    ];
    const element = await panel({ ticket: onScreen, candidates: candidates as never, ranker });
    const end = matched(element);
    (await ranker.next()).finish();
    await end;
    const heights = all(element, '[part=card]').map((card) => card.getBoundingClientRect().height);
    expect(new Set(heights).size).toBe(1);
  });

  it.each(['zh-CN', 'en'])(
    'leaves the titles their lines where no model scored, at 360 px, in %s',
    async (lang) => {
      const ranker = { rank: () => Promise.reject(new Error('none')) };
      const element = await panel({ candidates: archive(4), ranker, lang });
      (element.parentElement as HTMLElement).style.width = '360px';
      await measured(element);
      element.ticket = onScreen;
      await matched(element);
      const box = (selector: string) => one(element, selector).getBoundingClientRect();
      expect(box('.lead .meta').top).toBeGreaterThanOrEqual(box('.lead .title').bottom);
      expect(box('.lead .title').width).toBeGreaterThan(250);
      expect(box('[part=heading]').height).toBeLessThan(30);
    },
  );

  it('never scrolls sideways in a narrow panel', async () => {
    const ranker = new StagedRanker();
    const wide = 'W'.repeat(300);
    const candidates = archive(6).map((ticket, index) => ({
      ...ticket,
      id: wide,
      title: wide,
      // Six of one text would be folded.
      text: 'ABCDEF'.charAt(index).repeat(300),
      place: wide,
      handling: { unit: wide, reply: wide, steps: [{ action: wide, actor: wide }] },
    }));
    const element = await panel({ ticket: onScreen, candidates, ranker });
    (element.parentElement as HTMLElement).style.width = '180px';
    const end = matched(element);
    const call = await ranker.next();
    await element.updateComplete;
    expect(element.scrollWidth).toBeLessThanOrEqual(180);
    call.finish();
    await end;
    for (const button of all(element, '[part=more], [part=rest]')) button.click();
    await element.updateComplete;
    expect(listed(element)).toHaveLength(3);
    expect(one(element, '.panel').scrollWidth).toBeLessThanOrEqual(180);
  });
});
