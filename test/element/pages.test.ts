import { describe, expect, it, vi } from 'vitest';
import type { CaseMatcherElement } from '../../src/element/index.ts';
import type { Ticket } from '../../src/tickets/ticket.ts';
import { all, cards, matched, one, onScreen, panel, texts, until, words } from './panel.ts';
import { promptRanker } from './staged-ranker.ts';

function handled(id: string, title: string, text: string, handling: Ticket['handling']): Ticket {
  return {
    id,
    title,
    text,
    category: ['住房城乡建设', '电梯安全'],
    createdAt: '2026-03-02T08:00:00+08:00',
    limitDays: 5,
    ...(handling ? { handling } : {}),
  };
}

const steps = (...actions: string[]) => actions.map((action) => ({ action, actor: '维保科' }));

const candidates = [
  handled('A', '电梯困人', '电梯突然停住，老人被困二十分钟。', {
    unit: '市监局',
    days: 2,
    steps: [
      { action: '现场核查', actor: '维保科', at: '2026-03-03' },
      { action: '更换主板', actor: '维保科', at: '2026-03-04' },
    ],
    closedAt: '2026-03-04T10:00:00+08:00',
    reply: '已更换主板。',
    solved: 'yes',
    satisfaction: 'satisfied',
  }),
  handled('B', '货梯坏了', '货梯三天没有修好，搬运全靠楼梯。', {
    unit: '市监局',
    days: 8,
    steps: steps('现场核查', '约谈物业'),
    solved: 'partly',
    satisfaction: 'fairly',
  }),
  handled('C', '加装电梯', '老旧小区想加装电梯，不知道怎么申请。', {
    unit: '住建局',
    days: 4,
    steps: steps('电话解释'),
    solved: 'yes',
    satisfaction: 'satisfied',
  }),
];

async function ranked(properties: Partial<CaseMatcherElement> = {}): Promise<CaseMatcherElement> {
  const element = await panel({ ticket: onScreen, candidates, ranker: promptRanker, ...properties });
  await matched(element);
  await until(() => expect(all(element, '[part=insights]').length).toBe(1));
  return element;
}

async function inTree(properties: Partial<CaseMatcherElement> = {}): Promise<CaseMatcherElement> {
  const element = await ranked(properties);
  one(element, '[part=tree-button]').click();
  await element.updateComplete;
  return element;
}

const active = (element: CaseMatcherElement) => element.shadowRoot?.activeElement ?? null;
const nameOf = (node: Element | null) => node?.getAttribute('aria-label')?.split('，')[1];

async function press(element: CaseMatcherElement, ...keys: string[]): Promise<void> {
  for (const key of keys) {
    const target = active(element) ?? element;
    target.dispatchEvent(
      new KeyboardEvent('keydown', { key, bubbles: true, composed: true, cancelable: true }),
    );
    await element.updateComplete;
    await element.updateComplete;
  }
}

describe('the tree that compares how the best cases were handled', () => {
  it('takes the place of the cases, and gives it back', async () => {
    const element = await inTree();
    expect(cards(element)).toEqual([]);
    expect(words(element, '[part=page] h3')).toBe('前 3 件的办理路径对比');
    expect(one(element, '[part=tree-button]').getAttribute('aria-pressed')).toBe('true');
    one(element, '[part=back]').click();
    await element.updateComplete;
    expect(cards(element)).toHaveLength(3);
    expect(active(element)?.getAttribute('part')).toBe('tree-button');
  });

  it('is a tree for assistive technology: levels, places, what is open, and one way in', async () => {
    const element = await inTree();
    const root = one(element, '[role=tree]');
    expect(root.getAttribute('aria-label')).toBe('前 3 件的办理路径对比');
    const items = all(element, '[role=treeitem]');
    expect(items.filter((item) => item.getAttribute('tabindex') === '0')).toHaveLength(1);
    // Depth first; what is one level deeper and comes next is below a node.
    const levels = items.map((item) => Number(item.getAttribute('aria-level')));
    expect(levels[0]).toBe(1);
    items.forEach((item, index) => {
      const [level, next] = [levels[index] as number, levels[index + 1] ?? 0];
      expect(next).toBeLessThanOrEqual(level + 1);
      expect(item.getAttribute('aria-expanded')).toBe(next > level ? 'true' : null);
      const after = levels.slice(index + 1);
      const end = after.findIndex((other) => other < level);
      const siblingsAfter = after.slice(0, end < 0 ? undefined : end).filter((other) => other === level);
      const [place, of] = ['aria-posinset', 'aria-setsize'].map((name) => Number(item.getAttribute(name)));
      expect((of as number) - (place as number)).toBe(siblingsAfter.length);
    });
    expect(items.map(nameOf)).toContain('市监局');
  });

  it('is called by what is read in it, so that it can be said aloud', async () => {
    const element = await inTree();
    for (const item of all(element, '[role=treeitem]')) {
      const seen = [...item.querySelectorAll('tspan')].map(({ textContent }) => textContent).join('');
      const name = item.getAttribute('aria-label') ?? '';
      expect(name.replace(/\s/g, '')).toContain(seen.replace(/[\s…]/g, ''));
    }
  });

  it('marks the best-rated way by a star and in words, not by colour alone', async () => {
    const element = await inTree();
    const best = all(element, '[role=treeitem].best');
    expect(best.length).toBeGreaterThan(2);
    for (const node of best) {
      expect(node.getAttribute('aria-label')).toContain('评价最好的路径');
      expect(node.querySelector(':scope > .star')).not.toBeNull();
    }
    const others = all(element, '[role=treeitem]:not(.best)');
    expect(others.every((node) => node.querySelector(':scope > .star') === null)).toBe(true);
  });

  it('is walked by the keys of the pattern', async () => {
    const element = await inTree();
    expect(nameOf(active(element))).toBe('电梯安全');
    await press(element, 'ArrowRight');
    expect(nameOf(active(element))).toBe('市监局');
    await press(element, 'ArrowDown');
    expect(nameOf(active(element))).toBe('现场核查');
    await press(element, 'ArrowLeft');
    expect(active(element)?.getAttribute('aria-expanded')).toBe('false');
    await press(element, 'ArrowLeft');
    expect(nameOf(active(element))).toBe('市监局');
    await press(element, 'End');
    expect(active(element)?.getAttribute('aria-label')).toMatch(/^结果/);
    await press(element, '住');
    expect(nameOf(active(element))).toBe('住建局');
    await press(element, 'Home', 'ArrowUp');
    expect(nameOf(active(element))).toBe('电梯安全');
  });

  it('a letter in it goes to a node, and is no command of the panel', async () => {
    const element = await inTree();
    const told = vi.fn();
    element.addEventListener('case-link', told);
    await press(element, 'l', 'n');
    expect(told).not.toHaveBeenCalled();
    expect(all(element, '[role=tree]')).toHaveLength(1);
  });

  it('Enter and a click lead to the whole path of a case, and Escape back to where it was', async () => {
    const element = await inTree();
    await press(element, 'ArrowRight', 'ArrowDown', 'Enter');
    expect(words(element, '#path-heading')).toBe('电梯困人');
    await press(element, 'Escape');
    expect(nameOf(active(element))).toBe('现场核查');
    const node = all(element, '[role=treeitem]').find((item) => nameOf(item) === '住建局');
    node?.dispatchEvent(new MouseEvent('click', { bubbles: true }));
    await element.updateComplete;
    expect(words(element, '#path-heading')).toBe('加装电梯');
    await press(element, 'Escape', 'Escape');
    expect(cards(element)).toHaveLength(3);
  });

  it.each([360, 472, 700])('fits a panel of %i pixels', async (width) => {
    const element = await ranked();
    (element.parentElement as HTMLElement).style.width = `${width}px`;
    for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
    one(element, '[part=tree-button]').click();
    await element.updateComplete;
    const { left, right } = element.getBoundingClientRect();
    for (const text of all(element, '[role=tree] text')) {
      const box = text.getBoundingClientRect();
      expect(box.left).toBeGreaterThanOrEqual(left);
      expect(box.right).toBeLessThanOrEqual(right);
    }
    expect(one(element, '.panel').scrollWidth).toBeLessThanOrEqual(width);
  });
});

describe('the whole path of a case', () => {
  it('tells who did what when, up to the return visit', async () => {
    const element = await ranked();
    one(element, '[part=card]').focus();
    await press(element, 'p');
    expect(active(element)?.id).toBe('path-heading');
    const events = texts(element, '.event');
    expect(events[0]).toContain('来电诉求');
    expect(events[0]).toContain('老人被困二十分钟');
    expect(events[1]).toBe('现场核查 维保科 2026/03/03 · 第 1 天');
    expect(events.join(' ')).toContain('已更换主板。');
    expect(events[events.length - 1]).toContain('回访 · 已解决 · 满意');
  });

  it('lets the case be adopted right there', async () => {
    const element = await ranked();
    const told = vi.fn((event: Event) => event.preventDefault());
    element.addEventListener('case-adopt', told);
    one(element, '[part=card]').focus();
    await press(element, 'p', 'a');
    expect(told).toHaveBeenCalledOnce();
  });

  it('is printed from a frame of its own, as text, and leaves the page alone', async () => {
    const element = await ranked({
      candidates: [handled('X', '<b>标题</b>', '<img src=x onerror=alert(1)>', { reply: '答复' })],
    });
    one(element, '[part=card]').focus();
    await press(element, 'p');
    const before = document.documentElement.outerHTML;
    const whole = vi.spyOn(window, 'print').mockImplementation(() => {});
    one(element, '[part=print]').click();
    const frame = one<HTMLIFrameElement>(element, 'iframe');
    const body = frame.contentDocument?.body;
    expect(body?.querySelector('h1')?.textContent).toBe('<b>标题</b>');
    expect(body?.textContent).toContain('<img src=x onerror=alert(1)>');
    expect(body?.querySelector('img')).toBeNull();
    expect(whole).not.toHaveBeenCalled();
    expect(document.documentElement.outerHTML).toBe(before);
    frame.contentWindow?.dispatchEvent(new Event('afterprint'));
    await until(() => expect(all(element, 'iframe')).toEqual([]));
    whole.mockRestore();
  });
});

describe('a card', () => {
  it('can be the host’s own, by a slot with the id of the case', async () => {
    const element = await ranked();
    const own = document.createElement('div');
    own.slot = 'case-A';
    own.textContent = '本单位自己的卡片';
    element.append(own);
    const slot = one<HTMLSlotElement>(element, 'slot[name="case-A"]');
    expect(slot.assignedElements()).toEqual([own]);
    expect(own.getBoundingClientRect().height).toBeGreaterThan(0);
    expect(texts(element, '[part~=adopt]')).toHaveLength(3);
  });
});
