import { afterEach, describe, expect, it, vi } from 'vitest';
import type { CaseMatcherElement, CaseMatcherEvents } from '../../src/element/index.ts';
import type { Ticket } from '../../src/tickets/ticket.ts';
import { all, archive, cards, matched, once, one, onScreen, panel, texts, until, words } from './panel.ts';
import { promptRanker } from './staged-ranker.ts';

const ACTS = ['case-adopt', 'case-copy', 'case-link', 'case-reject', 'case-expand', 'case-open'] as const;

async function ranked(candidates: readonly Ticket[] = archive(5)): Promise<CaseMatcherElement> {
  const element = await panel({ ticket: onScreen, candidates, ranker: promptRanker });
  await matched(element);
  return element;
}

/** Presses the button of an act on the n-th card. */
async function press(element: CaseMatcherElement, act: string, place = 0): Promise<void> {
  const card = all(element, '[part=card]')[place];
  card?.querySelector<HTMLElement>(`[part~="${act}"]`)?.click();
  await element.updateComplete;
}

function clipboard(write: (text: string) => Promise<void>): string[] {
  const written: string[] = [];
  vi.spyOn(navigator.clipboard, 'writeText').mockImplementation(async (text) => {
    await write(text);
    written.push(text);
  });
  return written;
}

const refuse = () => Promise.reject(new DOMException('denied', 'NotAllowedError'));

afterEach(() => {
  vi.restoreAllMocks();
});

describe('adopting', () => {
  it('hands ids, score, tier and the case to the host, who takes them', async () => {
    const written = clipboard(async () => {});
    const element = await ranked();
    let detail: CaseMatcherEvents['case-adopt']['detail'] | undefined;
    element.addEventListener('case-adopt', (event) => {
      event.preventDefault();
      detail = event.detail;
    });
    await press(element, 'adopt');
    expect(detail).toMatchObject({ ticketId: onScreen.id, id: 'HIS1', rank: 1, tier: 'high' });
    expect(detail?.score).toBeCloseTo(0.95, 2);
    expect(detail?.case.handling?.reply).toContain('已协调特检院现场核查');
    expect(words(element, '[role=status]')).toBe('已采用工单 HIS1 的处置');
    expect(texts(element, '[part~=adopt]')[0]).toBe('已采用');
    expect(written).toEqual([]);
  });

  it('copies the handling where no host takes it', async () => {
    const written = clipboard(async () => {});
    const element = await ranked();
    await press(element, 'adopt', 1);
    await until(() => expect(words(element, '[role=status]')).toBe('已复制工单 HIS2 的处置，可粘贴到工单'));
    expect(written).toEqual(['答复2：已协调特检院现场核查。']);
  });

  it('is not offered where nothing is on record', async () => {
    const element = await ranked([{ id: 'A', text: '无办理' }]);
    expect(all(element, '[part~=adopt], [part~=copy]')).toEqual([]);
  });
});

describe('copying', () => {
  it('falls back to a selection where there is no async clipboard, as on plain http', async () => {
    clipboard(refuse);
    const copied = vi.spyOn(document, 'execCommand').mockImplementation(() => {
      const field = one<HTMLTextAreaElement>(element, 'textarea');
      expect(field.value.slice(field.selectionStart, field.selectionEnd)).toBe(
        '答复1：已协调特检院现场核查。',
      );
      return true;
    });
    const element = await ranked();
    const event = once(element, 'case-copy');
    await press(element, 'copy');
    expect((await event).detail).toMatchObject({ id: 'HIS1' });
    expect(copied).toHaveBeenCalledWith('copy');
    expect(all(element, 'textarea')).toEqual([]);
    await element.updateComplete;
    expect(words(element, '[role=status]')).toBe('已复制工单 HIS1 的处置');
    expect(texts(element, '[part~=copy]').slice(0, 2)).toEqual(['已复制', '复制']);
  });

  it('says so where neither way is allowed, and tells the host nothing', async () => {
    clipboard(refuse);
    vi.spyOn(document, 'execCommand').mockReturnValue(false);
    const element = await ranked();
    const told = vi.fn();
    element.addEventListener('case-copy', told);
    await press(element, 'copy');
    await until(() => expect(words(element, '[role=status]')).toContain('浏览器不允许复制'));
    expect(told).not.toHaveBeenCalled();
  });

  it('takes the steps where there is no reply', async () => {
    const written = clipboard(async () => {});
    const steps = [{ action: '到场核查' }, { action: '更换配件' }];
    const element = await ranked([{ id: 'A', title: '甲', text: '电梯', handling: { steps } }]);
    await press(element, 'copy');
    await until(() => expect(written).toEqual(['到场核查；更换配件']));
  });
});

describe('linking', () => {
  it('is a toggle, and coming back to a ticket finds it as it was left', async () => {
    const element = await ranked();
    const told: boolean[] = [];
    element.addEventListener('case-link', ({ detail }) => told.push(detail.linked));
    const pressed = () => all(element, '[part~=link]').map((button) => button.getAttribute('aria-pressed'));
    await press(element, 'link');
    expect(pressed()).toEqual(['true', 'false', 'false']);
    element.ticket = { id: 'other', text: '别的工单' };
    await matched(element);
    expect(pressed()).toEqual(['false', 'false', 'false']);
    element.ticket = onScreen;
    await matched(element);
    expect(pressed()).toEqual(['true', 'false', 'false']);
    await press(element, 'link');
    expect(told).toEqual([true, false]);
    expect(words(element, '[role=status]')).toBe('已取消关联工单 HIS1');
  });
});

describe('not relevant', () => {
  it('brings the next candidate, and can be undone one by one', async () => {
    const element = await ranked();
    const told: [string, boolean][] = [];
    element.addEventListener('case-reject', ({ detail }) => told.push([detail.id, detail.rejected]));
    await press(element, 'reject', 1);
    expect(cards(element)).toEqual(['历史1', '历史3', '历史4']);
    expect(texts(element, '[part=card] [part=rank]')).toEqual(['1', '2', '3']);
    await press(element, 'reject', 0);
    expect(cards(element)).toEqual(['历史3', '历史4', '历史5']);
    expect(words(element)).toContain('已隐去 2 件不相关工单');
    one(element, '[part=undo]').click();
    await element.updateComplete;
    expect(cards(element)).toEqual(['历史1', '历史3', '历史4']);
    one(element, '[part=undo]').click();
    await element.updateComplete;
    expect(cards(element)).toEqual(['历史1', '历史2', '历史3']);
    expect(all(element, '[part=undo]')).toEqual([]);
    expect(told).toEqual([
      ['HIS2', true],
      ['HIS1', true],
      ['HIS1', false],
      ['HIS2', false],
    ]);
  });

  it('of all leaves words and a way back', async () => {
    const element = await ranked(archive(1));
    await press(element, 'reject');
    expect(words(element, '[part=notice]')).toContain('已全部标为不相关');
    one(element, '[part=undo]').click();
    await element.updateComplete;
    expect(cards(element)).toEqual(['历史1']);
  });
});

describe('contact', () => {
  it('is a link where it is a number or an address, and words where it is not', async () => {
    const contacts = ['0571-8888 1234', 'office@gov.example', '内线找王科长', 'javascript:alert(1)'];
    const candidates = contacts.map((contact, index) => ({
      id: String(index),
      title: `案${index}`,
      text: '电梯',
      handling: { unit: '市监局', contact },
    }));
    const element = await panel({ ticket: onScreen, candidates, ranker: promptRanker, top: 4 });
    await matched(element);
    for (const more of all(element, '[part=more]')) more.click();
    await element.updateComplete;
    const links = all(element, '[part=contact]').map(
      (line) => line.querySelector('a')?.getAttribute('href') ?? null,
    );
    expect(links).toEqual(['tel:057188881234', 'mailto:office@gov.example', null, null]);
    const told = once(element, 'case-contact');
    element.addEventListener('click', (event) => event.preventDefault());
    one(element, '[part=contact] a').click();
    expect((await told).detail.id).toBe('0');
  });
});

describe('every act', () => {
  it('is an event of ids and scores without text, but for the case of adopt and open', async () => {
    clipboard(async () => {});
    const element = await ranked();
    element.addEventListener('click', (event) => event.preventDefault());
    const told = new Map<string, object>();
    for (const name of ACTS) {
      element.addEventListener(name, (event) => {
        expect(event).toMatchObject({ bubbles: true, composed: true });
        const { case: _, url: __, ...detail } = event.detail as { case?: Ticket; url?: string };
        told.set(name, detail);
      });
    }
    for (const act of ['adopt', 'copy', 'link', 'more', 'open', 'reject']) await press(element, act);
    await until(() => expect([...told.keys()].sort()).toEqual([...ACTS].sort()));
    for (const detail of told.values()) {
      expect(detail).toMatchObject({ ticketId: onScreen.id, id: 'HIS1', rank: 1, tier: 'high' });
      expect(JSON.stringify(detail)).not.toMatch(/[\u4e00-\u9fff]/);
    }
  });

  it('leaves nothing behind after reset()', async () => {
    const element = await ranked();
    await press(element, 'link');
    await press(element, 'reject', 1);
    element.reset();
    await element.updateComplete;
    expect(words(element, '[part=notice]')).toContain('尚未选择工单');
    expect(words(element)).not.toMatch(/历史1|HIS/);
    element.ticket = onScreen;
    await matched(element);
    expect(cards(element)).toEqual(['历史1', '历史2', '历史3']);
    expect(one(element, '[part~=link]').getAttribute('aria-pressed')).toBe('false');
  });
});
