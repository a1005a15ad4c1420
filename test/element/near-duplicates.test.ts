import { describe, expect, it } from 'vitest';
import type { CaseMatcherElement } from '../../src/element/index.ts';
import type { Ticket } from '../../src/tickets/ticket.ts';
import { all, cards, matched, one, onScreen, panel, texts, until, words } from './panel.ts';
import { promptRanker } from './staged-ranker.ts';

const report = (id: string, title: string, text: string): Ticket => ({ id, title, text });

/** Two reports of the same words, and three others. */
const candidates = [
  report('A', '电梯困人', '电梯突然停住，老人被困二十分钟。'),
  report('B', '路灯不亮', '整条街的路灯都不亮，晚上看不见路。'),
  report('A2', '电梯困人', '电梯突然停住，老人被困二十分钟！'),
  report('C', '噪音扰民', '楼下广场舞音响太大，孩子没法写作业。'),
  report('D', '停车难', '小区车位被外来车辆占用，业主无处停车。'),
];

async function ranked(): Promise<CaseMatcherElement> {
  const element = await panel({ ticket: onScreen, candidates, ranker: promptRanker });
  await matched(element);
  return element;
}

describe('cases that say the same', () => {
  it('are one card with a count, which opens them', async () => {
    const element = await ranked();
    expect(cards(element)).toEqual(['电梯困人', '路灯不亮', '噪音扰民']);
    expect(texts(element, '[part=card] [part=rank]')).toEqual(['1', '2', '3']);
    const button = one(element, '[part=duplicates]');
    expect(button.textContent.trim()).toBe('另有 1 件雷同');
    expect(button.getAttribute('aria-expanded')).toBe('false');
    button.click();
    await element.updateComplete;
    expect(button.getAttribute('aria-expanded')).toBe('true');
    await until(() => expect(texts(element, '[part=case-lines] .line-title')).toEqual(['电梯困人']));
    expect(words(element, '[part=rest]')).toBe('其余 1 条');
  });

  it('are told to the host as the cards that are shown', async () => {
    const element = await panel({ candidates, ranker: promptRanker });
    element.ticket = onScreen;
    const { detail } = await matched(element);
    expect(detail.cases.map(({ id }) => id)).toEqual(['A', 'B', 'C']);
    expect(detail.ranked).toBe(5);
  });

  it('go together when one is not relevant, and come back together', async () => {
    const element = await ranked();
    one(element, '[part~=reject]').click();
    await element.updateComplete;
    expect(cards(element)).toEqual(['路灯不亮', '噪音扰民', '停车难']);
    one(element, '[part=undo]').click();
    await element.updateComplete;
    expect(all(element, '[part=duplicates]')).toHaveLength(1);
  });
});
