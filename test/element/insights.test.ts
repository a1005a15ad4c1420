import { afterEach, describe, expect, it, vi } from 'vitest';
import type { CaseMatcherElement, CaseMatcherEvents } from '../../src/element/index.ts';
import type { Ticket } from '../../src/tickets/ticket.ts';
import { all, cards, matched, one, panel, texts, until, words } from './panel.ts';
import { StagedRanker } from './staged-ranker.ts';

const DAY = 86_400_000;
const at = (daysAgo: number) => new Date(Date.now() - daysAgo * DAY).toISOString().slice(0, 10);

const onScreen: Ticket = {
  id: 'T1',
  title: '电梯困人',
  text: '电梯突然停住，老人被困。',
  place: '滨江区长河街道建国路8号',
  limitDays: 5,
};

/** Five at the place of the ticket within a week, then three elsewhere; no two of them say the same. */
const candidates: Ticket[] = ['停住', '下坠', '冲顶', '异响', '门打不开', '断电', '维保过期', '没有电话'].map(
  (fault, index) => ({
    id: `HIS${index + 1}`,
    title: `电梯${fault}`,
    text: `${fault}${'甲乙丙丁戊己庚辛'[index]?.repeat(20)}`,
    place: index < 5 ? '滨江区长河街道建国路8号' : `云杉区安泰街道第${index}大街${index}号`,
    createdAt: at(index < 5 ? index : 40 + index * 20),
    handling: {
      unit: index % 2 === 0 ? '市监局' : '住建局',
      days: 2 + index,
      solved: index < 6 ? 'yes' : 'no',
      satisfaction: index < 4 ? 'satisfied' : 'dissatisfied',
    },
  }),
);

async function ranked(list = candidates, logit = 4, generalise = false): Promise<CaseMatcherElement> {
  const ranker = new StagedRanker();
  const element = await panel({ ticket: onScreen, candidates: list, ranker, generalise });
  const end = matched(element);
  const call = await ranker.next();
  for (const index of list.keys()) call.score(index, logit - index / 100);
  call.finish();
  await end;
  await until(() => expect(all(element, '.figures > *').length).toBeGreaterThan(1));
  return element;
}

async function click(element: CaseMatcherElement, selector: string, place = 0): Promise<void> {
  all(element, selector)[place]?.click();
  await element.updateComplete;
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('the numbers over all similar cases', () => {
  it('say what matters most in one line, a cluster at the same place first', async () => {
    const element = await ranked();
    const [cluster, ...others] = texts(element, '.figure');
    expect(cluster).toMatch(/^5 件\s*同一地点 7 天内$/);
    expect(one(element, '.figure').className).toContain('notable');
    expect(others.join(' ')).toMatch(/近 30 天.*中位 \/ 限 5 天.*6\/8\s*已解决.*4\/8\s*满意/);
  });

  it('each open the cases behind them, and lead to how each of these was handled', async () => {
    const element = await ranked();
    await click(element, '.figure');
    expect(one(element, '.figure').getAttribute('aria-expanded')).toBe('true');
    expect(texts(element, '.line-title').sort()).toEqual(
      ['电梯停住', '电梯下坠', '电梯冲顶', '电梯异响', '电梯门打不开'].sort(),
    );
    await click(element, '[part=case-lines] button');
    expect(words(element, '#path-heading')).toMatch(/^电梯/);
    await click(element, '[part=back]');
    expect(cards(element)).toHaveLength(3);
    await click(element, '.figure');
    expect(all(element, '[part=case-lines]')).toEqual([]);
  });

  it('unfold to all that is known, every number a button', async () => {
    const element = await ranked();
    await click(element, '[part=insights-button]');
    const lines = texts(element, '.finding');
    expect(lines.join('\n')).toMatch(/近 7 天 ?5 件[\s\S]*近 90 天[\s\S]*建议并案、未诉先办[\s\S]*办理最快/);
    for (const number of all(element, '.number:enabled')) {
      number.click();
      await element.updateComplete;
      expect(all(element, '.line-title').length, number.title).toBeGreaterThan(0);
      number.click();
      await element.updateComplete;
    }
  });

  it('say when there are too few for one', async () => {
    const element = await ranked(candidates.slice(0, 2).map(({ handling: _, ...rest }) => rest));
    await click(element, '[part=insights-button]');
    expect(words(element, '[part=findings]')).toContain('样本不足（0 件，至少 3 件）');
  });

  it('say when nothing is similar enough to be counted', async () => {
    const element = await ranked(candidates, -3);
    expect(words(element, '.figures')).toBe('没有足够相似的工单可供统计');
    expect(all(element, '[part=insights-button]')).toEqual([]);
  });

  it('do not move the cards when they come', async () => {
    const ranker = new StagedRanker();
    const element = await panel({ ticket: onScreen, candidates, ranker });
    const call = await ranker.next();
    await element.updateComplete;
    const before = one(element, '.room').getBoundingClientRect().top;
    const end = matched(element);
    call.finish();
    await end;
    await until(() => expect(all(element, '.figure').length).toBeGreaterThan(0));
    expect(one(element, '.room').getBoundingClientRect().top).toBe(before);
  });
});

describe('several cases at one place', () => {
  const ids = ['HIS1', 'HIS2', 'HIS3', 'HIS4', 'HIS5'];

  it('are handed to the host as one issue, by ids and without text', async () => {
    const element = await ranked();
    const told: CaseMatcherEvents['case-cluster']['detail'][] = [];
    element.addEventListener('case-cluster', (event) => {
      event.preventDefault();
      told.push(event.detail);
    });
    await click(element, '.figure');
    const button = one(element, '[part~=propose]');
    expect(button.textContent.trim()).toBe('提请并案');
    expect(button.getAttribute('aria-label')).toBe('提请并案：同一地点 7 天内 5 件');
    button.focus();
    await click(element, '[part~=propose]');
    expect(told).toEqual([{ ticketId: 'T1', ids: expect.arrayContaining(ids), days: 7, ofTicket: true }]);
    expect(told[0]?.ids).toHaveLength(5);
    expect(words(element, '[role=status]')).toBe('已将 5 件工单提请并案');
    expect(words(element, '[part~=propose]')).toBe('已提请并案');
    expect(element.shadowRoot?.activeElement).toBe(button);
    element.lang = 'en';
    await element.updateComplete;
    await until(() => expect(words(element, '[part~=propose]')).toBe('Proposed as one issue'));
  });

  it('are proposed for the ticket on screen, and coming back to it finds that it was done', async () => {
    const ranker = new StagedRanker();
    const element = await panel({ ticket: onScreen, candidates, ranker, generalise: false });
    element.addEventListener('case-cluster', (event) => event.preventDefault());
    const search = async () => {
      const end = matched(element);
      (await ranker.next()).finish();
      await end;
      await until(() => expect(all(element, '[part=insights-button]')).toHaveLength(1));
      await click(element, '[part=insights-button]');
      return texts(element, '[part~=propose]');
    };
    expect(await search()).toEqual(['提请并案']);
    await click(element, '[part~=propose]');
    element.ticket = { ...onScreen, id: 'T2' };
    expect(await search()).toEqual(['提请并案']);
    element.ticket = onScreen;
    expect(await search()).toEqual(['已提请并案']);
  });

  it('have their ids copied where no host takes them, and are then not called proposed', async () => {
    const write = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue();
    const element = await ranked();
    await click(element, '.figure');
    await click(element, '[part~=propose]');
    await until(() => expect(words(element, '[role=status]')).toBe('已复制 5 件工单的编号，可用于提请并案'));
    expect(write.mock.calls.map(([text]) => text.split('\n').sort())).toEqual([ids]);
    expect(words(element, '[part~=propose]')).toBe('提请并案');
  });

  it('are none to be proposed where they are at different places', async () => {
    const element = await ranked(candidates.slice(5));
    await click(element, '[part=insights-button]');
    for (const figure of all(element, '.figure:enabled')) figure.click();
    await element.updateComplete;
    expect(all(element, '[part~=propose]')).toEqual([]);
  });
});
