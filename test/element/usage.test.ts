import { beforeEach, describe, expect, it } from 'vitest';
import type { CaseMatcherElement } from '../../src/element/index.ts';
import { archive, matched, one, onScreen, panel, until } from './panel.ts';
import { promptRanker } from './staged-ranker.ts';

async function ranked(properties: Partial<CaseMatcherElement> = {}): Promise<CaseMatcherElement> {
  const element = await panel({ candidates: archive(4), ranker: promptRanker, ...properties });
  element.ticket = onScreen;
  await matched(element);
  return element;
}

/** The acts on record, without their times. */
async function acts(element: CaseMatcherElement): Promise<string[]> {
  const csv = await element.exportUsage();
  return csv
    .trim()
    .split('\r\n')
    .slice(1)
    .map(
      (line) =>
        /shown|opened|expanded|explored|copied|adopted|linked|not-relevant|refreshed/.exec(line)?.[0] ?? line,
    );
}

beforeEach(async () => {
  await document.createElement('case-matcher').clearUsage();
});

describe('what is done with cases', () => {
  it('is counted on this computer, and told as CSV without any text', async () => {
    const element = await ranked();
    element.addEventListener('case-adopt', (event) => event.preventDefault());
    element.addEventListener('case-open', (event) => event.preventDefault());
    for (const part of ['adopt', 'open', 'link', 'link', 'more', 'reject']) {
      one(element, `[part~=${part}]`).click();
      await element.updateComplete;
    }
    await until(async () =>
      expect((await acts(element)).sort()).toEqual(
        ['adopted', 'expanded', 'linked', 'not-relevant', 'opened', 'shown', 'shown', 'shown'].sort(),
      ),
    );
    const csv = await element.exportUsage();
    expect(csv).toContain(onScreen.id);
    expect(csv).toContain('HIS1');
    expect(csv).not.toMatch(/历史|电梯|答复|承办/);
  });

  it('is told by day, with the rate of reuse', async () => {
    const element = await ranked();
    element.addEventListener('case-adopt', (event) => event.preventDefault());
    one(element, '[part~=adopt]').click();
    await until(async () => expect(await acts(element)).toContain('adopted'));
    const [head, day, ...more] = (await element.exportUsage({ by: 'day' })).trim().split('\r\n');
    expect(head).toContain('adopted');
    expect(day).toMatch(/^\d{4}-\d\d-\d\d,1,/);
    expect(more).toEqual([]);
  });

  it('is counted by one who only watches, too', async () => {
    const element = await ranked({ mode: 'monitor' });
    await until(async () => expect(await acts(element)).toEqual(['shown', 'shown', 'shown']));
  });

  it('is counted when more is looked at than the cards', async () => {
    const element = await ranked();
    for (const part of ['rest', 'rest', 'tree-button']) {
      one(element, `[part~=${part}]`).click();
      await element.updateComplete;
    }
    await until(async () =>
      expect((await acts(element)).filter((act) => act !== 'shown')).toEqual(['explored', 'explored']),
    );
  });

  it('is counted by nobody where the host says so', async () => {
    const element = await ranked({ usage: 'off' });
    one(element, '[part~=link]').click();
    expect(await acts(element)).toEqual([]);
  });
});
