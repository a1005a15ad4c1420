import { describe, expect, it } from 'vitest';
import { isRevision } from '../../src/element/drafting.ts';
import { archive, cards, matched, one, onScreen, panel, until, words } from './panel.ts';
import { StagedRanker } from './staged-ranker.ts';

const ticket = (id: string, text: string) => ({ id, text });

describe('whether a ticket is another one or the same while it is written', () => {
  it.each([
    ['the same id, whatever was written', ticket('1', '电梯'), ticket('1', '完全重写'), true],
    ['another id, whatever it says', ticket('1', '电梯困人'), ticket('2', '电梯困人'), false],
    ['no id yet, and a word more', ticket('', '电梯经常卡'), ticket('', '电梯经常卡顿'), true],
    ['no id yet, and a word within', ticket('', '电梯卡顿困人'), ticket('', '电梯经常卡顿困人'), true],
    ['no id yet, and another text', ticket('', '电梯经常卡顿'), ticket('', '路灯不亮'), false],
    ['the same letters twice', ticket('', '啊啊'), ticket('', '啊啊啊啊啊'), false],
    ['taken away', ticket('1', '电梯'), undefined, false],
    ['nonsense', ticket('1', '电梯'), { id: '1' } as never, false],
  ])('%s', (_, last, next, same) => {
    expect(isRevision(last, next)).toBe(same);
  });
});

describe('while an agent writes the ticket', () => {
  it('cases are compared again after a pause, once, and those on screen stay until then', async () => {
    const ranker = new StagedRanker();
    const element = await panel({ ticket: onScreen, candidates: archive(4), ranker });
    const first = matched(element);
    (await ranker.next()).finish();
    await first;
    for (const words of ['门', '门打', '门打不开']) {
      element.ticket = { ...onScreen, text: `${onScreen.text}${words}` };
      await element.updateComplete;
    }
    expect(cards(element)).toEqual(['历史1', '历史2', '历史3']);
    expect(ranker.calls).toHaveLength(1);
    const second = await ranker.next();
    expect(second.query).toContain('门打不开');
    await element.updateComplete;
    expect(words(element, '[part=progress-text]')).toBe('正在按最新内容重新比对…');
    expect(one(element, '.panel').getAttribute('aria-busy')).toBe('true');
    expect(cards(element)).toEqual(['历史1', '历史2', '历史3']);
    second.score(3, 9);
    await element.updateComplete;
    expect(cards(element)).toEqual(['历史1', '历史2', '历史3']);
    const again = matched(element);
    second.finish();
    await again;
    expect(cards(element)).toEqual(['历史4', '历史1', '历史2']);
    expect(ranker.calls).toHaveLength(2);
  });

  it('another ticket is taken up at once', async () => {
    const ranker = new StagedRanker();
    const element = await panel({ ticket: onScreen, candidates: archive(4), ranker });
    (await ranker.next()).finish();
    await matched(element);
    element.ticket = { ...onScreen, text: `${onScreen.text}改` };
    await element.updateComplete;
    element.ticket = { id: 'GZ2', text: '路灯不亮' };
    await element.updateComplete;
    expect(words(element)).not.toContain('历史1的');
    expect((await ranker.next()).query).toBe('路灯不亮');
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(ranker.calls).toHaveLength(2);
  });

  it('a failure is told, and the next change tries again', async () => {
    const ranker = new StagedRanker();
    const element = await panel({ ticket: onScreen, candidates: archive(4), ranker });
    (await ranker.next()).finish();
    await matched(element);
    element.ticket = { ...onScreen, text: `${onScreen.text}改` };
    const failed = matched(element);
    (await ranker.next()).fail(new Error('lost'));
    expect((await failed).detail.rankedByModel).toBe(false);
    element.ticket = { ...onScreen, text: `${onScreen.text}再改` };
    const mended = matched(element);
    (await ranker.next()).finish();
    expect((await mended).detail.rankedByModel).toBe(true);
    await until(() => expect(words(element)).not.toContain('未用模型'));
  });
});
