import { describe, expect, it } from 'vitest';
import type { CaseMatcherElement } from '../../src/element/index.ts';
import { archive, matched, one, onScreen, panel, until } from './panel.ts';
import { StagedRanker } from './staged-ranker.ts';

/** All that a screen reader is given to say, in its order. */
function listen(element: CaseMatcherElement): string[] {
  const status = one(element, '[role=status]');
  const said: string[] = [];
  new MutationObserver(() => {
    const words = status.textContent.trim();
    if (words !== '' && words !== said[said.length - 1]) said.push(words);
  }).observe(status, { characterData: true, childList: true, subtree: true });
  return said;
}

async function press(element: CaseMatcherElement, key: string): Promise<void> {
  const target = element.shadowRoot?.activeElement ?? document.body;
  const event = new KeyboardEvent('keydown', {
    key,
    altKey: key === 'm',
    bubbles: true,
    composed: true,
    cancelable: true,
  });
  target.dispatchEvent(event);
  await element.updateComplete;
  await element.updateComplete;
}

/** A whole search, then one case set aside, one linked and one adopted, by keyboard alone. */
async function wholeTicket(lang: 'zh-CN' | 'en'): Promise<string[]> {
  const ranker = new StagedRanker();
  const element = await panel({ ranker, candidates: archive(8), lang });
  const said = listen(element);
  element.addEventListener('case-adopt', (event) => event.preventDefault());
  element.ticket = onScreen;
  const call = await ranker.next();
  await until(() => expect(said).toHaveLength(1));
  call.firstPass(6);
  await until(() => expect(said).toHaveLength(2));
  const end = matched(element);
  call.finish();
  await end;
  await until(() => expect(said).toHaveLength(3));
  await press(element, 'm');
  for (const key of ['n', 'u', '2', 'l', 'l', '1', 'a']) await press(element, key);
  await until(() => expect(said).toHaveLength(8));
  return said;
}

describe('what a screen reader says over a whole ticket', () => {
  it('in Chinese', async () => {
    expect(await wholeTicket('zh-CN')).toEqual([
      '初筛出 8 条历史工单，正在比对',
      '初排完成，正在精读排在前面的工单',
      '找到 3 条可参考的历史工单，共比对 8 条',
      '工单 HIS1 已标为不相关，由下一件补上',
      '工单 HIS1 已恢复',
      '已关联工单 HIS2',
      '已取消关联工单 HIS2',
      '已采用工单 HIS1 的处置',
    ]);
  });

  it('in English', async () => {
    expect(await wholeTicket('en')).toEqual([
      '8 past cases found, comparing them',
      'First order ready, now reading the best ones in full',
      '3 past cases worth reusing, of 8 compared',
      'Case HIS1 marked as not relevant, the next one takes its place',
      'Case HIS1 is back',
      'Case HIS2 linked',
      'Case HIS2 no longer linked',
      'Handling of case HIS1 adopted',
    ]);
  });

  it('says the same twice where it happens twice', async () => {
    const ranker = new StagedRanker();
    const element = await panel({ ranker, candidates: archive(3), ticket: onScreen });
    element.addEventListener('case-adopt', (event) => event.preventDefault());
    const end = matched(element);
    (await ranker.next()).finish();
    await end;
    const status = one(element, '[role=status]');
    const heard: string[] = [];
    new MutationObserver(() => heard.push(status.textContent)).observe(status, {
      characterData: true,
      childList: true,
      subtree: true,
    });
    one(element, '.card').focus();
    await press(element, 'a');
    await press(element, 'a');
    await until(() => expect(heard).toEqual(['已采用工单 HIS1 的处置', '', '已采用工单 HIS1 的处置']));
  });
});
