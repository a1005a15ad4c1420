import { describe, expect, it } from 'vitest';
import { prepare, type ScoreEvent } from '../../src/reranker/rank-run.ts';
import { ScoreMemory } from '../../src/reranker/score-memory.ts';
import { ARGUMENT, demoPrompt, ranked, rankModel, ScriptedScorer } from './scripted-scorer.ts';

const FILLER = '这里说的是别的事情，和问题没有关系。';
/** Long texts, of which the i-th differs in its number alone. */
const long = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => `第${i}件。${FILLER.repeat(6)}电梯困人。`);
const short = (count: number): string[] => Array.from({ length: count }, (_, i) => `电梯第${i}次困人`);

/** A logit that depends on what a document holds, and hardly on its length. */
const byIds = (suffix: Int32Array): number =>
  [...suffix.subarray(0, 4)].reduce((sum, id) => (sum * 31 + id) % 97, 0) / 10;

function scores(events: readonly ScoreEvent[], wanted: ScoreEvent['stage']): [number, number][] {
  return events.flatMap(({ index, logit, stage }) => (stage === wanted ? [[index, logit]] : []));
}

describe('an anytime ranking', () => {
  it('reads a passage of each long text first and then the leaders in full, done and total in step', async () => {
    const scorer = new ScriptedScorer(byIds);
    const events = await ranked(rankModel(scorer), { texts: long(20) });
    const first = events.slice(0, 20);
    const second = events.slice(20);
    expect(first.map(({ index, stage }) => [index, stage])).toEqual(first.map((_, i) => [i, 'passage']));
    expect(second.every(({ stage }) => stage === 'full')).toBe(true);
    expect(second.length).toBeGreaterThanOrEqual(6);
    expect(second.length).toBeLessThan(20);
    expect(events.map(({ done }) => done)).toEqual(events.map((_, i) => i + 1));
    for (const { done, total } of events) expect(done).toBeLessThanOrEqual(total);
    for (const { done, total } of events.slice(0, -1)) expect(done).toBeLessThan(total);
    expect(events[events.length - 1]).toMatchObject({ done: events.length, total: events.length });
    // A passage's budget is exact; the end of the prompt comes on top.
    const tail = demoPrompt().tailLength;
    for (const { tokens } of first) expect(tokens).toBeLessThanOrEqual(ARGUMENT.passageTokens + tail);
    expect(scorer.runs.flat().reduce((sum, ids) => sum + ids.length, 0)).toBe(
      events.reduce((sum, { tokens }) => sum + tokens, 0),
    );
  });

  it('is the exhaustive one, event by event, where every text fits', async () => {
    const texts = short(30);
    const anytime = await ranked(rankModel(new ScriptedScorer(byIds)), { texts });
    const exhaustive = await ranked(rankModel(new ScriptedScorer(byIds)), { texts, strategy: 'exhaustive' });
    expect(anytime).toEqual(exhaustive);
    expect(anytime.every(({ stage, done, total }) => stage === 'full' && done <= total && total === 30)).toBe(
      true,
    );
    const budget = await ranked(rankModel(new ScriptedScorer(byIds)), { texts: long(9), passageTokens: 256 });
    expect(budget).toEqual(
      await ranked(rankModel(new ScriptedScorer(byIds)), { texts: long(9), strategy: 'exhaustive' }),
    );
  });

  it('is the exhaustive one where so few texts are long that reading leaders twice would cost more', async () => {
    const texts = [...short(40), ...long(7)];
    const anytime = await ranked(rankModel(new ScriptedScorer(byIds)), { texts });
    expect(anytime).toEqual(
      await ranked(rankModel(new ScriptedScorer(byIds)), { texts, strategy: 'exhaustive' }),
    );
  });

  it('gives leaders the very scores of an exhaustive one', async () => {
    const texts = [...long(12), ...short(5)];
    const exhaustive = await ranked(rankModel(new ScriptedScorer(byIds)), { texts, strategy: 'exhaustive' });
    const logits = new Map(exhaustive.map(({ index, logit, truncated }) => [index, { logit, truncated }]));
    for (const { index, stage, logit, truncated } of await ranked(rankModel(new ScriptedScorer(byIds)), {
      texts,
    })) {
      expect(truncated).toBe(logits.get(index)?.truncated);
      if (stage === 'full') expect(logit).toBe(logits.get(index)?.logit);
    }
  });

  it('settles as many as it is asked to', async () => {
    const events = await ranked(rankModel(new ScriptedScorer(byIds)), { texts: long(40), settle: 10 });
    expect(events.filter(({ stage }) => stage === 'full').length).toBeGreaterThanOrEqual(20);
  });

  it('marks a text as truncated by the document budget, not by its passage', async () => {
    const texts = long(8);
    const cut = await ranked(rankModel(new ScriptedScorer()), { texts, maxDocumentTokens: 64 });
    expect(cut.every(({ truncated }) => truncated)).toBe(true);
    const whole = await ranked(rankModel(new ScriptedScorer()), { texts });
    expect(whole.some(({ truncated }) => truncated)).toBe(false);
  });

  it('lets several texts share a run where the device wants it', async () => {
    const alone = await ranked(rankModel(new ScriptedScorer(byIds)), { texts: long(20) });
    const scorer = new ScriptedScorer(byIds);
    scorer.together = 300;
    const together = await ranked(rankModel(scorer), { texts: long(20) });
    expect(scorer.runs.length).toBeLessThan(together.length);
    for (const run of scorer.runs) {
      const tokens = run.reduce((sum, { length }) => sum + length, 0);
      expect(run.length === 1 || tokens <= 300).toBe(true);
    }
    expect(scores(together, 'passage')).toEqual(scores(alone, 'passage'));
    expect(scores(together, 'full')).toEqual(expect.arrayContaining(scores(alone, 'full')));
  });
});

describe('a call', () => {
  it.each(['anytime', 'exhaustive'] as const)('stops within one run when aborted (%s)', async (strategy) => {
    for (const after of [1, 5, 18, 22]) {
      const controller = new AbortController();
      const scorer = new ScriptedScorer(byIds);
      const model = rankModel(scorer);
      let scored = 0;
      const texts = long(30);
      const onScore = (): void => {
        if (++scored === after) controller.abort();
      };
      const run = ranked(model, { texts, strategy, caution: 99 }, { signal: controller.signal, onScore });
      await expect(run).rejects.toMatchObject({ name: 'AbortError' });
      expect(scorer.runs).toHaveLength(after);
      expect(await ranked(model, { texts: short(2) })).toHaveLength(2);
    }
  });

  it('computes nothing when asked again, gives the very same scores, and no prefix either', async () => {
    const scorer = new ScriptedScorer(byIds);
    const model = rankModel(scorer);
    const texts = [...long(20), ...short(4)];
    const first = await ranked(model, { texts });
    await ranked(model, { query: '路灯不亮', texts: short(3) });
    const [runs, prefills] = [scorer.runs.length, scorer.prefills.length];
    const again = await ranked(model, { texts });
    expect(again).toEqual(first);
    expect([scorer.runs.length, scorer.prefills.length]).toEqual([runs, prefills]);
  });

  it('computes what is new alone, and everything again when told to', async () => {
    const scorer = new ScriptedScorer(byIds);
    const model = rankModel(scorer);
    await ranked(model, { texts: short(5) });
    await ranked(model, { texts: short(7) });
    expect(scorer.runs).toHaveLength(7);
    await ranked(model, { texts: short(7), remember: false });
    expect(scorer.runs).toHaveLength(14);
    await ranked(model, { texts: short(7), query: '路灯' });
    await ranked(model, { texts: short(7), instruction: 'Judge.' });
    expect(scorer.runs).toHaveLength(28);
  });

  it('holds scores and prefixes within their bounds', async () => {
    const memory = new ScoreMemory(10);
    const scorer = new ScriptedScorer(byIds);
    const model = rankModel(scorer, { memory });
    for (let i = 0; i < 8; i++) await ranked(model, { query: `问题${i}`, texts: short(5) });
    expect(memory.size).toBe(10);
    expect(scorer.held.size).toBe(2);
  });

  it('finds the prefix prepared, and prepares it from the constant part, which is exact', async () => {
    const scorer = new ScriptedScorer(byIds);
    const model = rankModel(scorer);
    const { signal } = new AbortController();
    await prepare(model, { query: ARGUMENT.query }, { signal });
    const prefills = scorer.prefills.length;
    await ranked(model, { texts: short(3) });
    expect(scorer.prefills).toHaveLength(prefills);
    await ranked(model, { query: 'Another one', texts: short(3) });
    const last = scorer.prefills[scorer.prefills.length - 1];
    expect(last?.after.length).toBeGreaterThan(30);
    expect([...(last?.after ?? []), ...(last?.ids ?? [])]).toEqual([...demoPrompt().prefix('Another one')]);
  });

  it('refuses a number that is none', async () => {
    const run = ranked(rankModel(new ScriptedScorer(() => Number.NaN)), { texts: short(1) });
    await expect(run).rejects.toMatchObject({ code: 'runtime-unavailable' });
  });

  it('tells of a query for which the model has no positions left', async () => {
    const model = { ...rankModel(new ScriptedScorer()), maxPositions: 20 };
    await expect(ranked(model, { texts: short(1) })).rejects.toMatchObject({ code: 'query-too-long' });
  });
});
