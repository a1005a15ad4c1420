import axe from 'axe-core';
import { afterEach, describe, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import '../../src/element/calibration/index.ts';
import type { CaseMatcherCalibrationElement, RankedTicket } from '../../src/element/calibration/index.ts';
import { CaseMatcherError } from '../../src/errors.ts';
import { type Calibration, parseCalibration, type Ranker } from '../../src/matching/index.ts';
import type { Ticket } from '../../src/tickets/ticket.ts';
import { matched, onScreen, panel, stage } from './panel.ts';

/** Past cases by the score that the ranker gives them. */
const SCORES = [0.95, 0.86, 0.84, 0.72, 0.4];
const past: Ticket[] = SCORES.map((score, index) => ({
  id: `HIS${index + 1}`,
  title: `历史${index + 1}`,
  text: `电梯困人，第${index + 1}次报修，得分 ${score}`,
  handling: { reply: '已更换控制主板' },
}));
const tickets: Ticket[] = [{ id: 'T1', title: '电梯故障', text: '小区电梯经常困人，物业推诿' }];

const ranker: Ranker = {
  rank: async (_, documents) =>
    documents.map((document, index) => {
      const score = SCORES[index] ?? 0;
      return { ...document, score, logit: Math.log(score / (1 - score)), rank: index + 1, truncated: false };
    }),
};

async function shown(
  properties: Partial<CaseMatcherCalibrationElement> = {},
): Promise<CaseMatcherCalibrationElement> {
  const view = document.createElement('case-matcher-calibration');
  Object.assign(view, { ranker, tickets, candidates: past, modelId: 'qwen3', ...properties });
  const place = stage();
  place.style.width = '';
  place.append(view);
  await settled(view, () => part(view, 'status').textContent?.startsWith('正在') === false);
  return view;
}

/** Waits for what the view shows, not for time. */
async function settled(view: CaseMatcherCalibrationElement, when: () => boolean): Promise<void> {
  await view.updateComplete;
  while (!when()) {
    await new Promise((resolve) => requestAnimationFrame(resolve));
    await view.updateComplete;
  }
}

function part<E extends HTMLElement = HTMLElement>(view: CaseMatcherCalibrationElement, name: string): E {
  const found = view.shadowRoot?.querySelector<E>(`[part~="${name}"]`);
  if (!found) throw new Error(`no part ${name}`);
  return found;
}

function words(view: CaseMatcherCalibrationElement, selector: string): string[] {
  return [...(view.shadowRoot?.querySelectorAll(selector) ?? [])].map((one) =>
    one.textContent.replace(/\s+/g, ' ').trim(),
  );
}

function judging(view: CaseMatcherCalibrationElement): string | undefined {
  return words(view, '.side h4')[1];
}

async function choose(view: CaseMatcherCalibrationElement, text: string): Promise<void> {
  const input = view.shadowRoot?.querySelector<HTMLInputElement>('input[type=file]') as HTMLInputElement;
  const files = new DataTransfer();
  files.items.add(new File([text], 'calibration.json'));
  input.files = files.files;
  input.dispatchEvent(new Event('change'));
  await settled(view, () => part(view, 'note').textContent !== '');
}

async function press(view: CaseMatcherCalibrationElement, keys: string): Promise<void> {
  await userEvent.keyboard(keys);
  await view.updateComplete;
}

async function violations(view: CaseMatcherCalibrationElement): Promise<string[]> {
  const results = await axe.run(view.parentElement as HTMLElement, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    rules: { region: { enabled: false }, 'page-has-heading-one': { enabled: false } },
  });
  return results.violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ target, failureSummary }) => `${target} ${failureSummary}`)}`,
  );
}

let exported: Calibration | undefined;
const keep = (event: CustomEvent<Calibration>) => {
  exported = event.detail;
  event.preventDefault();
};
document.addEventListener('calibration-export', keep as EventListener);
afterEach(() => {
  exported = undefined;
});

describe('the calibration view', () => {
  it('shows the pair nearest to a threshold, without its score', async () => {
    const view = await shown();
    expect(part(view, 'status').textContent).toBe('共 5 对，来自 1 张工单');
    expect(judging(view)).toBe('历史2');
    expect(words(view, '.side')[1]).not.toContain('0.86分');
    expect(words(view, '.side mark')).toContain('电梯');
    expect(words(view, '.side-handling')).toEqual(['办理 已更换控制主板']);
  });

  it('is worked by keys alone, and every judgement moves the figures', async () => {
    const view = await shown();
    part(view, 'yes').focus();
    const order: (string | undefined)[] = [];
    for (const key of ['y', 'n', 'y', 'Y', 'N']) {
      order.push(judging(view));
      await press(view, key);
    }
    expect([...order].sort()).toEqual(['历史1', '历史2', '历史3', '历史4', '历史5']);
    expect(words(view, '.judging .empty')).toEqual(['已全部判断完毕。']);
    expect(words(view, '[part=count]')).toEqual(['已判 5 / 5 对']);
    expect(view.shadowRoot?.querySelectorAll('.curve .mark-yes')).toHaveLength(3);
    await press(view, 'u');
    expect(judging(view)).toBe(order[4]);
  });

  it('says to a screen reader what was judged and what comes next', async () => {
    const view = await shown();
    part(view, 'no').click();
    await view.updateComplete;
    expect(words(view, '.unseen')).toEqual([`已判为没有参考价值。现在判断：${judging(view)}`]);
  });

  it('puts a pair off and comes back to it at the end', async () => {
    const view = await shown();
    part(view, 'later').click();
    await view.updateComplete;
    for (let judged = 0; judged < 4; judged++) {
      expect(judging(view)).not.toBe('历史2');
      part(view, 'no').click();
      await view.updateComplete;
    }
    expect(judging(view)).toBe('历史2');
  });

  it('does not take keys of the host, nor with a modifier', async () => {
    const view = await shown();
    part(view, 'yes').focus();
    await press(view, '{Control>}y{/Control}');
    (document.activeElement as HTMLElement).blur();
    await press(view, 'y');
    expect(words(view, '[part=count]')).toEqual(['已判 0 / 5 对']);
  });

  it('exports thresholds that were moved, with what they do, and without text', async () => {
    const view = await shown();
    const button = part<HTMLButtonElement>(view, 'export');
    expect(button.disabled).toBe(true);
    part(view, 'yes').click();
    const slider = part<HTMLInputElement>(view, 'high');
    slider.value = '0.6';
    slider.dispatchEvent(new Event('input'));
    await view.updateComplete;
    button.click();
    expect(exported).toMatchObject({ model: 'qwen3', judged: 1, thresholds: { high: 0.6, medium: 0.6 } });
    expect(parseCalibration(JSON.parse(JSON.stringify(exported)), { model: 'qwen3' })).toEqual(exported);
    expect(exported?.judgements).toEqual([{ ticketId: 'T1', pastId: 'HIS2', score: 0.86, relevant: true }]);
    expect(JSON.stringify(exported)).not.toMatch(/电梯|历史|报修|更换/);
  });

  it.each([
    [{ name: 'good', model: 'qwen3' }, '已载入配置中的分界。', '≥ 0.90'],
    [{ name: 'other', model: 'other' }, '该配置是为另一个模型校准的。', '≥ 0.85'],
    [{ name: 'odd', format: 7 }, '文件不是有效的校准配置。', '≥ 0.85'],
    ['{', '文件不是 JSON。', '≥ 0.85'],
  ])('loads a configuration, or says why not: %j', async (change, note, high) => {
    const none = { part: 0, of: 0 };
    const figures = { precision: none, coverage: none };
    const whole = {
      ...{ format: 1, model: 'qwen3', thresholds: { high: 0.9, medium: 0.75 }, judged: 0, relevant: 0 },
      ...{ figures: { high: figures, medium: figures }, exportedAt: '2026-11-25T00:00:00Z' },
    };
    const text = typeof change === 'string' ? change : JSON.stringify({ ...whole, ...change });
    const view = await shown();
    await choose(view, text);
    expect(part(view, 'note').textContent).toBe(note);
    expect(words(view, '.slider-value')[0]).toBe(high);
  });

  it('says what failed, and can be asked again', async () => {
    let fail = true;
    const failing: Ranker = {
      rank: (...given) =>
        fail ? Promise.reject(new CaseMatcherError('device-lost')) : ranker.rank(...given),
    };
    const view = await shown({ ranker: failing });
    expect(part(view, 'notice').textContent).toContain('显卡失去响应');
    fail = false;
    part(view, 'retry').click();
    await settled(view, () => judging(view) === '历史2');
    expect(view.shadowRoot?.querySelector('[part=notice]')).toBeNull();
  });

  it('takes pairs that were scored elsewhere, each once', async () => {
    const view = await shown({ tickets: [] });
    expect(part(view, 'status').textContent).toBe('尚未提供工单和模型，或已评分的工单对。');
    const [first, second] = past as [Ticket, Ticket];
    const of = (ticket: Ticket, score: number, rank: number) => ({
      ticket,
      score,
      rank,
      firstStageRank: rank,
      truncated: false,
    });
    const ticket = tickets[0] as Ticket;
    view.addMatches({
      ticket,
      matches: [
        of(first, 0.9, 1),
        { ...of(second, 0.8, 2), stage: 'passage' },
        { ...of(second, 0.8, 3), widenings: [] },
      ],
    });
    view.addMatches({ ticket, matches: [of(first, 0.9, 1)] });
    await view.updateComplete;
    expect(words(view, '[part=count]')).toEqual(['已判 0 / 1 对']);
  });

  it('takes what a panel ranked, under the name of its model, and of no other model', async () => {
    const element = await panel({ ticket: onScreen, candidates: past, ranker });
    expect(element.ranked).toBeUndefined();
    await matched(element);
    const ranked = element.ranked as RankedTicket;
    expect(ranked.ticket).toEqual(onScreen);
    expect(ranked.matches.map(({ ticket, score }) => [ticket.id, score])).toEqual(
      past.map(({ id }, index) => [id, SCORES[index]]),
    );
    const view = await shown({ tickets: [], modelId: '' });
    view.addMatches({ ...ranked, model: 'demo' });
    await view.updateComplete;
    expect(words(view, '[part=count]')).toEqual(['已判 0 / 5 对']);
    expect(() => view.addMatches({ ...ranked, model: 'other' })).toThrow(
      new CaseMatcherError('invalid-input', { field: 'model', reason: 'other-model' }),
    );
    part(view, 'yes').click();
    await view.updateComplete;
    part(view, 'export').click();
    expect(exported).toMatchObject({
      model: 'demo',
      judgements: [{ ticketId: onScreen.id, relevant: true }],
    });
    element.reset();
    expect(element.ranked).toBeUndefined();
  });

  it('begins with the thresholds of the model’s own pack, and exports under its name', async () => {
    const { thresholds, model } = (await (await fetch('/models/demo/manifest.json')).json()) as {
      thresholds: { high: number; medium: number };
      model: { id: string };
    };
    expect(thresholds.high).not.toBe(0.85);
    const view = await shown({ ranker: undefined, modelId: undefined, model: '/models/demo/', limit: 2 });
    await settled(view, () => words(view, '.side').length === 2);
    expect(words(view, '.slider-value')).toEqual([
      `≥ ${thresholds.high.toFixed(2)}`,
      `≥ ${thresholds.medium.toFixed(2)}`,
    ]);
    part(view, 'yes').click();
    await view.updateComplete;
    part(view, 'export').click();
    expect(exported).toMatchObject({ model: model.id, thresholds });
  });

  it('goes on from an exported file: nothing is asked again, nothing judged here is lost', async () => {
    const stored = () => [{ ...localStorage }, { ...sessionStorage }];
    const before = stored();
    const first = await shown();
    part(first, 'yes').focus();
    await press(first, 'y');
    await press(first, 'n');
    part(first, 'export').click();
    const file = JSON.stringify(exported);
    first.remove();

    const view = await shown();
    const asked = judging(view);
    part(view, 'no').click();
    await view.updateComplete;
    const away = { ticketId: 'T9', pastId: 'HIS9', score: 0.8, relevant: true };
    const { judgements, ...rest } = JSON.parse(file) as Calibration;
    await choose(view, JSON.stringify({ ...rest, judgements: [...judgements, away] }));
    expect(part(view, 'note').textContent).toBe('已载入分界和 3 条判断，可以接着判断。');
    expect(words(view, '[part=count]')).toEqual(['已判 3 / 6 对']);
    part(view, 'export').click();
    expect(exported?.judgements.map(({ pastId, relevant }) => [pastId, relevant])).toEqual([
      ['HIS2', false],
      [judgements[1]?.pastId, false],
      ['HIS9', true],
    ]);
    expect(asked).toBe('历史2');
    expect([asked, ...judgements.map(({ pastId }) => pastId)]).not.toContain(judging(view));
    expect(stored()).toEqual(before);
  });

  it.each(['light', 'dark'] as const)(
    'has no axe violation, empty, at work and done, in the %s theme',
    async (theme) => {
      expect(await violations(await shown({ theme, tickets: [] }))).toEqual([]);
      const view = await shown({ theme });
      expect(await violations(view)).toEqual([]);
      for (const _ of past) {
        part(view, 'yes').click();
        await view.updateComplete;
      }
      expect(await violations(view)).toEqual([]);
      view.lang = 'en';
      await view.updateComplete;
      expect(part(view, 'heading').textContent).toBe('Threshold calibration');
      expect(await violations(view)).toEqual([]);
    },
  );
});
