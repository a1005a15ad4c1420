import { describe, expect, it } from 'vitest';
import type { CaseMatcherElement } from '../../src/element/index.ts';
import { all, archive, cards, matched, one, onScreen, panel, words } from './panel.ts';
import { type RankCall, StagedRanker } from './staged-ranker.ts';

/** A panel whose first pass over eight cases is done. */
async function afterFirstPass(lang: 'zh-CN' | 'en' = 'zh-CN'): Promise<[CaseMatcherElement, RankCall]> {
  const ranker = new StagedRanker();
  const element = await panel({ ranker, candidates: archive(8), ticket: onScreen, lang });
  const call = await ranker.next();
  call.firstPass(6);
  await until(element, () => cards(element).length === 3);
  return [element, call];
}

/** The panel draws at a calm pace: a state is waited for, not a time. */
async function until(element: CaseMatcherElement, holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise(requestAnimationFrame);
  await element.updateComplete;
}

describe('while the best are read in full', () => {
  it('three cases are shown already, and the panel says what it does', async () => {
    const [element, call] = await afterFirstPass();
    expect(cards(element)).toEqual(['历史1', '历史2', '历史3']);
    await until(element, () => words(element).includes('初排完成，正在精读前 6 件'));
    expect(words(element, '[role=status]')).toBe('初排完成，正在精读排在前面的工单');
    expect(one(element, '[role=progressbar]').getAttribute('aria-valuenow')).toBe('57');
    call.again(0, 3, { done: 1, leaders: 6 });
    await until(element, () => words(element).includes('前 6 件：1 / 6'));
    expect(one(element, '.panel').getAttribute('aria-busy')).toBe('true');
  });

  it('says so in English', async () => {
    const [element] = await afterFirstPass('en');
    await until(element, () => words(element).includes('reading the best 6 in full: 0 of 6'));
  });

  it('the cases change places as full scores come, and end in the final order', async () => {
    const [element, call] = await afterFirstPass();
    call.again(0, -5, { done: 1, leaders: 6 });
    await until(element, () => cards(element)[0] === '历史2');
    const ended = matched(element);
    call.again(3, 9, { done: 2, leaders: 6 });
    call.finish();
    expect((await ended).detail.cases.map(({ id }) => id)).toEqual(['HIS4', 'HIS2', 'HIS3']);
    expect(cards(element)).toEqual(['历史4', '历史2', '历史3']);
  });

  it('nothing moves under the pointer, not even at the end, and all is in order once it left', async () => {
    const [element, call] = await afterFirstPass();
    one(element, '[part=cases]').dispatchEvent(new PointerEvent('pointerenter'));
    const ended = matched(element);
    call.again(0, -5, { done: 1, leaders: 6 });
    call.again(7, 9, { done: 2, leaders: 6 });
    call.finish();
    expect((await ended).detail.cases[0]?.id).toBe('HIS8');
    expect(cards(element)).toEqual(['历史1', '历史2', '历史3']);
    expect(all(element, '[part=card] [part=rank]').map(({ textContent }) => textContent)).toEqual([
      '8',
      '2',
      '3',
    ]);
    one(element, '[part=cases]').dispatchEvent(new PointerEvent('pointerleave'));
    await element.updateComplete;
    expect(cards(element)).toEqual(['历史8', '历史2', '历史3']);
  });

  it('a case that was read by a passage alone says so in its details', async () => {
    const [element, call] = await afterFirstPass();
    const ended = matched(element);
    call.again(0, 3, { done: 1, leaders: 6 });
    call.finish();
    await ended;
    for (const more of all<HTMLButtonElement>(element, '[part=more]')) more.click();
    await element.updateComplete;
    const [first, second] = all(element, '[part=card]').map(({ textContent }) => textContent);
    expect(first).not.toContain('最相关的句子');
    expect(second).toContain('只比对了其中最相关的句子');
  });
});
