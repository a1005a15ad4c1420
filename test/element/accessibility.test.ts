import axe from 'axe-core';
import { describe, expect, it } from 'vitest';
import type { CaseMatcherElement } from '../../src/element/index.ts';
import { CaseMatcherError } from '../../src/errors.ts';
import { all, archive, matched, one, onScreen, panel, texts, until } from './panel.ts';
import { promptRanker, StagedRanker } from './staged-ranker.ts';

/** Scripted logits for one card of each tier, and one left over. */
const everyTier = [4, 1.2, -2, -3];

async function violations(element: CaseMatcherElement): Promise<string[]> {
  const results = await axe.run(element.parentElement as HTMLElement, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    // Rules about whole pages, which are the host's.
    rules: {
      region: { enabled: false },
      'page-has-heading-one': { enabled: false },
      'label-content-name-mismatch': { enabled: true },
    },
  });
  return results.violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes.map(({ target, failureSummary }) => `${target} ${failureSummary}`).join('; ')}`,
  );
}

async function ranked(
  theme: 'light' | 'dark',
  lang: string,
  logits = everyTier,
): Promise<CaseMatcherElement> {
  const ranker = new StagedRanker();
  const statuses = ['yes', 'partly', 'no', 'yes'] as const;
  const candidates = archive(4).map((ticket, index) => ({
    ...ticket,
    handling: {
      ...ticket.handling,
      days: 4 + index,
      solved: statuses[index] ?? 'no',
      satisfaction: 'dissatisfied' as const,
    },
  }));
  const element = await panel({ ticket: onScreen, candidates, ranker, theme, lang });
  const end = matched(element);
  const call = await ranker.next();
  for (const [index, logit] of logits.entries()) call.score(index, logit);
  call.finish();
  await end;
  return element;
}

describe.each(['light', 'dark'] as const)('in the %s theme', (theme) => {
  it.each(['zh-CN', 'en'])('cards of every tier, unfolded, in %s, have no axe violation', async (lang) => {
    const element = await ranked(theme, lang);
    expect(await violations(element)).toEqual([]);
    for (const button of all(element, '[part=more], [part=rest]')) button.click();
    await element.updateComplete;
    all(element, '[part=others] button')[0]?.click();
    await element.updateComplete;
    expect(await violations(element)).toEqual([]);
  });

  it.each(['zh-CN', 'en'])('all that can be opened, in %s, has none', async (lang) => {
    const element = await ranked(theme, lang, [4, 3, 2.5, 1.2]);
    await until(() => expect(all(element, '[part=insights-button]')).toHaveLength(1));
    const open = async (part: string) => {
      one(element, `[part~=${part}]`).click();
      await element.updateComplete;
      expect(await violations(element), part).toEqual([]);
    };
    for (const part of ['keys-button', 'close', 'figure', 'insights-button']) await open(part);
    for (const part of ['link', 'reject', 'undo', 'tree-button']) await open(part);
    one(element, '[role=treeitem]').dispatchEvent(new MouseEvent('click'));
    await element.updateComplete;
    expect(await violations(element), 'path').toEqual([]);
  });

  it('the states before and beside them have none', async () => {
    const idle = await panel({ theme });
    const finding = await panel({ theme, ticket: onScreen, source: { find: () => new Promise(() => {}) } });
    const ranker = new StagedRanker();
    const waiting = await panel({ theme, ticket: onScreen, candidates: archive(30), ranker });
    const call = await ranker.next();
    for (const [index, logit] of everyTier.entries()) call.score(index, logit);
    await waiting.updateComplete;
    const failing = { rank: () => Promise.reject(new CaseMatcherError('device-lost')) };
    const unranked = await panel({ theme, candidates: archive(5), ranker: failing });
    const end = matched(unranked);
    unranked.ticket = onScreen;
    await end;
    for (const element of [idle, finding, waiting, unranked]) expect(await violations(element)).toEqual([]);
  });
});

describe('for people who do not see the panel', () => {
  it('cases are headings in ordered lists of articles', async () => {
    const element = await ranked('light', 'zh-CN');
    expect(all(element, 'ol[part=cases] > li > article[aria-labelledby] h3')).toHaveLength(3);
    expect(all(element, 'section[aria-labelledby=heading] h2')).toHaveLength(1);
  });

  it('tiers are told in words, and bars are told in numbers', async () => {
    const element = await ranked('light', 'zh-CN');
    expect(texts(element, '[part~=tier]')).toEqual(['高度相似', '较为相似', '相似度低']);
    const ranker = new StagedRanker();
    const waiting = await panel({ ticket: onScreen, candidates: archive(4), ranker });
    (await ranker.next()).score(0, 1);
    await waiting.updateComplete;
    const bar = one(waiting, '[role=progressbar]');
    expect(bar.getAttribute('aria-valuenow')).toBe('25');
    expect(bar.getAttribute('aria-valuetext')).toBe('正在逐条比对 1 / 4');
  });

  it('a bar without an end has no number', async () => {
    const element = await panel({
      ticket: onScreen,
      source: { find: () => new Promise(() => {}) },
      ranker: promptRanker,
    });
    expect(one(element, '[role=progressbar]').hasAttribute('aria-valuenow')).toBe(false);
  });

  it('everything is reached and worked by keyboard', async () => {
    const element = await ranked('light', 'zh-CN');
    await until(() => expect(all(element, '[part=insights-button]')).toHaveLength(1));
    const focusable = all(element, 'button, a[href]');
    expect(focusable.every(({ tabIndex }) => tabIndex === 0)).toBe(true);
    const names = focusable.map((button) => button.getAttribute('aria-label') ?? button.textContent.trim());
    expect(names).toEqual([
      ...['办理对比', '重新比对', '快捷键', '全部数据'],
      ...[1, 2, 3].flatMap((number) => [
        ...['采用', '复制', '关联', '不相关', '详情'].map((act) => `${act}：历史${number}`),
        `打开工单：历史${number}`,
      ]),
      '其余 1 条',
    ]);
  });
});
