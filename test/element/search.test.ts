import { describe, expect, it } from 'vitest';
import { CaseMatcherError } from '../../src/errors.ts';
import type { Ticket } from '../../src/tickets/ticket.ts';
import { archive, cards, listed, matched, once, one, onScreen, panel, texts, until, words } from './panel.ts';
import { promptRanker, StagedRanker } from './staged-ranker.ts';

describe('a search', () => {
  it('shows the first-stage order at once and says that it is that', async () => {
    const ranker = new StagedRanker();
    const element = await panel({ ticket: onScreen, candidates: archive(50), ranker });
    await ranker.next();
    await element.updateComplete;
    expect(listed(element).slice(0, 3)).toEqual(['历史1', '历史2', '历史3']);
    expect(listed(element)).toHaveLength(50);
    expect(words(element, '[part=order]')).toBe('初筛顺序');
    expect(words(element, '[part=progress-text]')).toBe('正在逐条比对 0 / 50');
    expect(cards(element)).toEqual([]);
  });

  it('moves scored cases up while others wait, then shows three cards and the rest folded', async () => {
    const ranker = new StagedRanker();
    const element = await panel({ ticket: onScreen, candidates: archive(50), ranker });
    const call = await ranker.next();
    call.score(4, 3);
    call.score(7, 5);
    await until(() => expect(listed(element).slice(0, 4)).toEqual(['历史8', '历史5', '历史1', '历史2']));
    expect(words(element, '[part=progress-text]')).toBe('正在逐条比对 2 / 50');
    const end = matched(element);
    call.finish();
    await end;
    expect(cards(element)).toEqual(['历史8', '历史1', '历史5']);
    expect(words(element, '[part=rest]')).toBe('其余 47 条');
    expect(listed(element)).toEqual([]);
    one(element, '[part=rest]').click();
    await element.updateComplete;
    expect(listed(element)).toHaveLength(47);
  });

  it('draws on a card what was reported and how it was handled', async () => {
    const element = await panel({ ticket: onScreen, candidates: archive(1), ranker: promptRanker });
    await matched(element);
    const card = words(element, '[part=card]');
    for (const part of [
      '0.95',
      '高度相似',
      '电梯安全',
      '滨江区长河街道',
      '2023/04/05',
      '诉求内容',
      '承办单位1',
      '3 天 / 限 5 天',
      '已解决',
      '基本满意',
      '参考工单 HIS1：派单',
      'HIS1',
    ]) {
      expect(card).toContain(part);
    }
    one(element, '[part=more]').click();
    await element.updateComplete;
    expect(words(element, '[part=steps]')).toBe('2023/04/06 热线中心 派单');
  });

  it('shows nothing of a search that another ticket overtook', async () => {
    const ranker = new StagedRanker();
    const [old, next] = [archive(3), archive(2)];
    const element = await panel({ ticket: onScreen, candidates: old, ranker });
    const first = await ranker.next();
    element.candidates = next.map((ticket) => ({ ...ticket, title: `新${ticket.title}` }));
    element.ticket = { ...onScreen, id: 'GZ2', text: '另一张工单' };
    const second = await ranker.next();
    expect(first.options.signal?.aborted).toBe(true);
    first.finish();
    await element.updateComplete;
    expect(listed(element)).toEqual(['新历史1', '新历史2']);
    const end = matched(element);
    second.finish();
    expect((await end).detail.ticketId).toBe('GZ2');
    first.finish();
    await element.updateComplete;
    expect(cards(element)).toEqual(['新历史1', '新历史2']);
  });

  it('shows nothing of an answer that comes late from a source which ignores the abort', async () => {
    const answers: ((tickets: Ticket[]) => void)[] = [];
    const source = { find: () => new Promise<Ticket[]>((resolve) => answers.push(resolve)) };
    const element = await panel({ ticket: onScreen, source, ranker: promptRanker });
    element.ticket = { id: 'GZ2', text: '另一张工单' };
    await element.updateComplete;
    const end = matched(element);
    answers[1]?.(archive(1));
    await end;
    answers[0]?.(archive(3));
    await new Promise((done) => setTimeout(done));
    await element.updateComplete;
    expect(cards(element)).toEqual(['历史1']);
  });

  it('starts no new search for an equal ticket or equal candidates', async () => {
    const ranker = new StagedRanker();
    const candidates = archive(3);
    const element = await panel({
      ticket: onScreen,
      candidates,
      ranker,
      thresholds: { high: 0.9, medium: 0.5 },
    });
    await ranker.next();
    Object.assign(element, {
      ticket: { ...onScreen },
      candidates: [...candidates],
      thresholds: { high: 0.9, medium: 0.5 },
    });
    element.top = 2;
    await element.updateComplete;
    expect(ranker.calls).toHaveLength(1);
    expect(ranker.calls[0]?.options.signal?.aborted).toBe(false);
  });

  it('holds the list still under the pointer, but lets scores in', async () => {
    const ranker = new StagedRanker();
    const element = await panel({ ticket: onScreen, candidates: archive(5), ranker });
    const call = await ranker.next();
    await element.updateComplete;
    one(element, '[part=candidates]').dispatchEvent(new PointerEvent('pointerenter'));
    call.score(3, 4);
    await until(() => expect(texts(element, '[part=row] .value')).toEqual(['0.98']));
    expect(listed(element)).toEqual(['历史1', '历史2', '历史3', '历史4', '历史5']);
    one(element, '[part=candidates]').dispatchEvent(new PointerEvent('pointerleave'));
    call.score(4, 1);
    await until(() => expect(listed(element)[0]).toBe('历史4'));
  });

  it('keeps the focus on a case that turns from a row into a card', async () => {
    const ranker = new StagedRanker();
    const element = await panel({ ticket: onScreen, candidates: archive(5), ranker });
    const call = await ranker.next();
    await element.updateComplete;
    one(element, '[data-key="2"] button').focus();
    const end = matched(element);
    call.finish();
    await end;
    expect(element.shadowRoot?.activeElement?.closest('[data-key]')?.getAttribute('data-key')).toBe('2');
  });

  it('never takes the focus by itself', async () => {
    const input = document.createElement('input');
    const element = await panel({ ticket: onScreen, candidates: archive(5), ranker: promptRanker });
    element.before(input);
    input.focus();
    element.ticket = { id: 'GZ2', text: '另一张工单' };
    await matched(element);
    expect(document.activeElement).toBe(input);
  });

  it('asks with the query attribute, the instruction and no more than the limit', async () => {
    const ranker = new StagedRanker();
    const element = await panel({ candidates: archive(9), ranker });
    expect(words(element, '[part=notice]')).toContain('尚未选择工单');
    element.setAttribute('query', '路灯不亮');
    element.setAttribute('limit', '4');
    element.setAttribute('instruction', 'Find it');
    const call = await ranker.next();
    expect(call).toMatchObject({ query: '路灯不亮', options: { instruction: 'Find it' } });
    expect(call.documents).toHaveLength(4);
  });

  it('shows as many cards as asked for', async () => {
    const element = await panel({ ticket: onScreen, candidates: archive(9), ranker: promptRanker, top: 5 });
    await matched(element);
    expect(cards(element)).toHaveLength(5);
    expect(words(element, '[part=rest]')).toBe('其余 4 条');
  });

  it('lets age count within a tier where a half-life is set, and says so', async () => {
    const dates = ['2024-01-01', '2026-11-20', '2026-11-24'];
    const candidates = archive(3).map((past, index) => ({ ...past, createdAt: dates[index] as string }));
    // Two of the high tier and one of the medium one.
    const element = await panel({ ticket: onScreen, candidates, ranker: promptRanker });
    await matched(element);
    expect(cards(element)).toEqual(['历史1', '历史2', '历史3']);
    const scores = texts(element, '[part=score]');
    const again = matched(element);
    element.setAttribute('half-life-days', '365');
    const { detail } = await again;
    expect(cards(element)).toEqual(['历史2', '历史1', '历史3']);
    expect(detail.cases.map(({ tier }) => tier)).toEqual(['high', 'high', 'medium']);
    expect(texts(element, '[part=score]')).toEqual([scores[1], scores[0], scores[2]]);
    expect(words(element, '[part=progress-text]')).toContain('同档内计入新旧');
    const off = matched(element);
    element.setAttribute('half-life-days', 'soon');
    await off;
    expect(cards(element)).toEqual(['历史1', '历史2', '历史3']);
    expect(words(element, '[part=progress-text]')).not.toContain('新旧');
  });

  it('reads tiers by the given thresholds', async () => {
    const thresholds = { high: 0.99, medium: 0.95 };
    const element = await panel({
      ticket: onScreen,
      candidates: archive(2),
      ranker: promptRanker,
      thresholds,
    });
    const { detail } = await matched(element);
    expect(detail.cases.map(({ tier }) => tier)).toEqual(['medium', 'low']);
  });

  it('tries again when asked to, after an API error', async () => {
    let calls = 0;
    const source = {
      async find() {
        calls += 1;
        if (calls === 1) throw new CaseMatcherError('http', { url: '/api', status: 503 });
        return archive(2);
      },
    };
    const element = await panel({ ticket: onScreen, source, ranker: promptRanker });
    await until(() => expect(words(element, '[part=notice]')).toContain('HTTP 503'));
    const end = matched(element);
    one(element, '[part=retry]').click();
    await end;
    expect(cards(element)).toEqual(['历史1', '历史2']);
  });

  it('orders by wording, says so, and still shows the handling when the model fails', async () => {
    const ranker = new StagedRanker();
    const candidates = archive(4);
    candidates[3] = { ...(candidates[3] as Ticket), text: onScreen.text };
    const element = await panel({ ticket: onScreen, candidates, ranker });
    const call = await ranker.next();
    const failure = once(element, 'case-error');
    const end = matched(element);
    call.fail(new CaseMatcherError('worker-crashed'));
    expect((await failure).detail.code).toBe('worker-crashed');
    expect((await end).detail).toMatchObject({
      rankedByModel: false,
      ranked: 4,
      cases: [{ id: 'HIS4' }, {}, {}],
    });
    expect(cards(element)[0]).toBe('历史4');
    expect(words(element, '[part=order]')).toBe('未用模型排序');
    expect(words(element, '[part=notice]')).toContain('推理进程意外退出');
    expect(words(element, '[part=handling]')).toContain('承办单位4');
    expect(texts(element, '[part=score]')).toEqual([]);
    one(element, '[part=retry]').click();
    const again = matched(element);
    (await ranker.next()).finish();
    expect((await again).detail.rankedByModel).toBe(true);
  });

  it('says which setting is missing', async () => {
    const noModel = await panel({ ticket: onScreen, candidates: archive(1) });
    await until(() => expect(words(noModel, '[part=notice]')).toContain('尚未配置模型地址'));
    const noSource = await panel({ ticket: onScreen, ranker: promptRanker });
    await until(() => expect(words(noSource, '[part=notice]')).toContain('尚未配置历史工单接口'));
    const noPack = await panel({ ticket: onScreen, candidates: archive(1), model: 'http://[' });
    await until(() => expect(cards(noPack)).toEqual(['历史1']));
  });

  it('admits that none is similar enough', async () => {
    const ranker = new StagedRanker();
    const element = await panel({ ticket: onScreen, candidates: archive(1), ranker });
    const call = await ranker.next();
    const end = matched(element);
    call.score(0, -4);
    call.finish();
    await end;
    await element.updateComplete;
    expect(words(element, '[role=status]')).toBe('没有足够相似的历史工单');
    expect(words(element, '[part=card]')).toContain('相似度低');
  });
});
