import { describe, expect, it } from 'vitest';
import type { CaseMatcherElement } from '../../src/element/index.ts';
import type { Ranker } from '../../src/matching/index.ts';
import type { Ticket } from '../../src/tickets/ticket.ts';
import { all, matched, one, panel, texts, until, words } from './panel.ts';

const lift: Ticket = {
  id: 'T1',
  title: '电梯困人',
  text: '建国路8号院3号楼电梯经常卡顿，昨天下午困人15分钟，物业说在等配件，已经拖了两周。',
  category: ['住房城乡建设', '电梯安全'],
};
const carried = '升降机停运，一位老人被困，摔伤了手。';
const past: Ticket = {
  id: 'HIS1',
  title: '升降机困人',
  text: `您好。${carried}维修拖了一个月还没修好。请尽快处理，谢谢。`,
};

/** Gives whole texts this logit, and of sentences the one that carries the match the best. */
const ranker = (logit: number): Ranker => ({
  rank: async (_, documents) =>
    documents.map((document) => {
      const own = document.text.includes('您好') ? logit : document.text.includes('被困') ? 3 : -3;
      return { ...document, logit: own, score: 1 / (1 + Math.exp(-own)), rank: 1, truncated: false };
    }),
});

async function explained(given: Partial<CaseMatcherElement>): Promise<CaseMatcherElement> {
  const element = await panel({ ticket: lift, candidates: [past], ...given });
  await matched(element);
  await until(() => expect(all(element, 'mark.evidence').length).toBeGreaterThan(0));
  return element;
}

const told = (element: CaseMatcherElement, mark: string) => texts(element, `[part=excerpt] ${mark}`).join('');

describe('why a case is shown, on its card', () => {
  it('the sentence that carries the match is marked, and so are the words that both tickets say', async () => {
    const element = await explained({ ranker: ranker(4) });
    expect(told(element, 'mark.evidence')).toContain('一位老人被困');
    expect(told(element, 'mark.evidence')).not.toContain('谢谢');
    expect(texts(element, 'mark.term')).toEqual(expect.arrayContaining(['升降机', '困人']));
    expect(texts(element, '.chip')).toContain('电梯 ≈ 升降机');
    expect(words(element, '[part=why]')).not.toMatch(/建国路|昨天/);
    expect(all(element, '.chip.differs')).toEqual([]);
    one(element, '[part=more]').click();
    await element.updateComplete;
    expect(texts(element, '[part=report] mark.evidence').join('')).toContain(carried.slice(0, -1));
  });

  it('of a medium match it says what differs, and which side says what', async () => {
    const element = await explained({ ranker: ranker(1.2) });
    expect(texts(element, '.tier-word')).toEqual(['较为相似']);
    one(element, '[part=more]').click();
    await element.updateComplete;
    const chips = all(element, '.chip.differs');
    expect(chips.map(({ textContent }) => textContent.trim())).toEqual(
      expect.arrayContaining(['一个月 ↔ 两周']),
    );
    const injury = chips.find(({ textContent }) => textContent.includes('摔伤'));
    expect(injury?.textContent).toBe('该案：摔伤');
  });

  it('what a widened query found says by which words, and that it was widened', async () => {
    let rounds = 0;
    const poor: Ticket = { id: 'HIS9', text: '路灯不亮' };
    const score: Ranker = {
      rank: async (query, documents) =>
        documents.map((document) => {
          const own = query.includes('特种设备故障') ? 2 : -3;
          return { ...document, logit: own, score: 1 / (1 + Math.exp(-own)), rank: 1, truncated: false };
        }),
    };
    const element = await panel({
      ticket: lift,
      source: { find: async () => (rounds++ === 0 ? [poor] : [poor, past]) },
      ranker: score,
    });
    await matched(element);
    expect(rounds).toBe(2);
    await until(() => expect(all(element, '[part=second-round]')).toHaveLength(1));
    expect(words(element, '[part=second-round]')).toContain('特种设备故障');
    expect(texts(element, '.chip.widened').join(' ')).toMatch(/→ 特种设备故障/);
    expect(texts(element, '[part=card] .tier-word')[0]).toBe('较为相似');
  });
});
