import { describe, expect, it } from 'vitest';
import { linkOf } from '../../src/element/view/format.ts';
import type { Ticket } from '../../src/tickets/ticket.ts';
import { all, archive, cards, listed, matched, once, one, onScreen, panel, words } from './panel.ts';
import { promptRanker } from './staged-ranker.ts';

const markup = '<img src=x onerror="window.pwned=1"><script>window.pwned=1</script><b>x</b>';

describe('untrusted tickets', () => {
  it('are shown as text, whatever markup they hold', async () => {
    const hostile: Ticket = {
      id: markup,
      title: markup,
      text: `${markup} 诉求`,
      category: [markup],
      place: markup,
      createdAt: markup,
      url: markup,
      handling: { unit: markup, reply: markup, steps: [{ action: markup, actor: markup, at: markup }] },
    };
    const element = await panel({ ticket: onScreen, candidates: [hostile], ranker: promptRanker });
    await matched(element);
    one(element, '[part=more]').click();
    await element.updateComplete;
    expect(all(element, 'img, script, .card b b')).toEqual([]);
    expect(words(element, '[part=card]').split(markup).length).toBeGreaterThan(7);
    expect('pwned' in window).toBe(false);
  });

  it.each([
    'javascript:alert(1)',
    ' java\nscript:alert(1)',
    'data:text/html,x',
    'blob:https://x/y',
    'file:///etc/passwd',
    'http://[',
  ])('never become a link to %j', async (url) => {
    const element = await panel({
      ticket: onScreen,
      candidates: [{ id: '1', text: 'x', url }],
      ranker: promptRanker,
    });
    await matched(element);
    expect(all(element, 'a')).toEqual([]);
    const opened = once(element, 'case-open');
    one(element, '[part=open]').click();
    expect((await opened).detail.url).toBeUndefined();
  });

  it('may share ids or be called __proto__ without being mixed up', async () => {
    const ids = ['__proto__', '__proto__', 'constructor', 'HIS', 'HIS', ''];
    const candidates = archive(6).map((ticket, index) => ({ ...ticket, id: ids[index] || 'HIS' }));
    const element = await panel({ ticket: onScreen, candidates, ranker: promptRanker });
    await matched(element);
    expect(cards(element)).toEqual(['历史1', '历史2', '历史3']);
    all(element, '[part=more]')[1]?.click();
    one(element, '[part=rest]').click();
    await element.updateComplete;
    expect(all(element, '[part=more]').map((button) => button.getAttribute('aria-expanded'))).toEqual([
      'false',
      'true',
      'false',
    ]);
    expect(listed(element)).toEqual(['历史4', '历史5', '历史6']);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it('are checked when they come from a source of the host, and when they are on screen', async () => {
    const answers = [
      null,
      7,
      { id: 'no text' },
      { id: 8, text: '编号是数字', title: 9, handling: 'x', url: [] },
    ];
    const source = { find: async () => answers as never };
    for (const ticket of [{ id: 1, text: '电梯' }, { text: '电梯' }, { id: '', text: '电梯' }]) {
      const element = await panel({ ticket: ticket as never, source, ranker: promptRanker });
      expect((await matched(element)).detail.cases.map(({ id }) => id)).toEqual(['8']);
      expect(cards(element)).toEqual(['编号是数字']);
    }
    const element = await panel({ ticket: { id: '1', text: null } as never, source, ranker: promptRanker });
    expect(words(element, '[part=notice]')).toContain('尚未选择工单');
  });

  it('get a link to http and https alone', () => {
    const link = (url: string) => linkOf({ id: '1', text: 'x', url });
    expect(link('/cases/1')).toBe(new URL('/cases/1', location.href).href);
    expect(link('https://tickets.example/1')).toBe('https://tickets.example/1');
    for (const url of ['javascript:alert(1)', 'data:text/html,x', 'http://[', 'mailto:a@b.c']) {
      expect(link(url)).toBeUndefined();
    }
  });

  it('may lack everything but text', async () => {
    const candidates = [{ id: '1', text: '只有内容' }];
    const element = await panel({ ticket: onScreen, candidates, ranker: promptRanker });
    await matched(element);
    expect(cards(element)).toEqual(['只有内容']);
    expect(words(element, '[part=handling]')).toBe('参考工单 1：无办理记录');
    expect(words(element)).not.toMatch(/undefined|null|NaN/);
  });
});
