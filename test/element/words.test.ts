import { describe, expect, it } from 'vitest';
import type { FailureCode } from '../../src/element/index.ts';
import { en } from '../../src/element/locales/en.ts';
import { zhCN } from '../../src/element/locales/zh-CN.ts';
import { CaseMatcherError, type CaseMatcherErrorCode } from '../../src/errors.ts';
import { archive, matched, onScreen, panel, stage, until, words } from './panel.ts';
import { promptRanker, StagedRanker } from './staged-ranker.ts';

describe('the words', () => {
  it('are Chinese unless the page says otherwise', async () => {
    const element = await panel({ ticket: onScreen, candidates: archive(2), ranker: promptRanker });
    await matched(element);
    await element.updateComplete;
    expect(words(element, '[part=heading]')).toBe('相似历史工单');
    expect(words(element, '[role=status]')).toBe('找到 2 条可参考的历史工单，共比对 2 条');
  });

  it('follow the own lang attribute and not the page’s, which is often a template’s', async () => {
    const place = stage();
    place.lang = 'en-GB';
    const element = document.createElement('case-matcher');
    Object.assign(element, { ticket: onScreen, candidates: archive(2), ranker: promptRanker });
    place.append(element);
    await matched(element);
    await element.updateComplete;
    expect(words(element, '[part=heading]')).toBe('相似历史工单');
    expect(words(element, '[part=card]')).toContain('3 天 / 限 5 天');
    element.lang = 'en-GB';
    await element.updateComplete;
    expect(words(element, '[part=heading]')).toBe('Similar past cases');
    expect(words(element, '[part=card]')).toContain('3 of 5 days');
  });

  const codes = Object.keys(zhCN.errors) as FailureCode[];
  it.each(codes)('explain the error %s in both languages and no code', async (code) => {
    const error =
      code === 'unexpected' ? new TypeError('secret') : new CaseMatcherError(code as CaseMatcherErrorCode);
    const ranker = { rank: () => Promise.reject(error) };
    const element = await panel({ ticket: onScreen, candidates: archive(1), ranker });
    for (const messages of [zhCN, en]) {
      element.lang = messages.language;
      await until(() => expect(words(element, '[part=notice]')).toContain(messages.errors[code]));
      expect(messages.errors[code]).toMatch(/[。.]$/);
      expect(words(element)).not.toMatch(new RegExp(`secret|${code.includes('-') ? code : 'secret'}`));
    }
  });

  it('announce milestones in a live region that was there before', async () => {
    const ranker = new StagedRanker();
    const element = await panel({ ranker, candidates: archive(2) });
    const status = element.shadowRoot?.querySelector('[role=status]');
    expect(status?.textContent).toBe('');
    const said: string[] = [];
    const observer = new MutationObserver(() => said.push(status?.textContent ?? ''));
    observer.observe(status as Node, { characterData: true, childList: true, subtree: true });
    element.ticket = onScreen;
    const call = await ranker.next();
    await until(() => expect(said).toHaveLength(1));
    call.score(0, 4);
    call.score(1, 3);
    const end = matched(element);
    call.finish();
    await end;
    await until(() => expect(said).toHaveLength(2));
    expect(said).toEqual(['初筛出 2 条历史工单，正在比对', '找到 2 条可参考的历史工单，共比对 2 条']);
    expect(element.shadowRoot?.querySelector('[role=status]')).toBe(status);
  });

  it('never say a score that belongs to a better tier', async () => {
    const ranker = new StagedRanker();
    const element = await panel({ ticket: onScreen, candidates: archive(1), ranker });
    const call = await ranker.next();
    const end = matched(element);
    call.score(0, Math.log(0.8499 / 0.1501));
    call.finish();
    await end;
    expect(words(element, '[part=score]')).toBe('0.84 较为相似');
  });
});
