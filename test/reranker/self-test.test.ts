import { describe, expect, it } from 'vitest';
import { Prefixes } from '../../src/reranker/prefixes.ts';
import { briefSelfTest, selfTest } from '../../src/reranker/self-test.ts';
import { ScriptedScorer } from './scripted-scorer.ts';

const CONSTANT = Int32Array.from([7, 8, 9]);
/** A device whose logit is that of the whole sequence, however it was cut. */
const sum = (suffix: Int32Array, prefix: readonly number[]): number =>
  [...prefix, ...suffix].reduce((total, id) => total + id, 0);

const answer = (ids: readonly number[], read: readonly number[]) => ({
  ids,
  read,
  logits: read.map((at) => sum(Int32Array.from(ids.slice(0, at + 1)), [])),
});
const ARBITRARY = answer([1, 2, 3, 4, 5, 6], [0, 3, 5]);
const LIKE_A_PROMPT = answer([7, 8, 9, 4, 2], [1, 3, 4]);
const logitsOf = (answers: readonly { logits: readonly number[] }[]) => answers.map(({ logits }) => logits);

describe('the brief self-test', () => {
  it('computes what all prompts begin with, and gives it out for the first query', async () => {
    const scorer = new ScriptedScorer(sum);
    const answers = [ARBITRARY, LIKE_A_PROMPT];
    const { worst, constant } = await briefSelfTest(scorer, answers, logitsOf(answers), CONSTANT);
    expect(worst).toBe(0);
    expect(scorer.prefills).toEqual([{ ids: [7, 8, 9], after: [] }]);

    const { signal } = new AbortController();
    const ids = Int32Array.from([7, 8, 9, 1]);
    await new Prefixes(scorer, constant).get({ ids, constant: CONSTANT, signal });
    expect(scorer.prefills[1]).toEqual({ ids: [1], after: [7, 8, 9] });
  });

  it('tests what an earlier visit has computed, and computes nothing in its place', async () => {
    const scorer = new ScriptedScorer(sum);
    const held = { ids: CONSTANT, prefix: await scorer.prefill(CONSTANT) };
    const answers = [ARBITRARY, LIKE_A_PROMPT];
    const { worst, constant } = await briefSelfTest(scorer, answers, logitsOf(answers), CONSTANT, held);
    expect([worst, constant]).toEqual([0, held]);
    expect(scorer.prefills).toHaveLength(1);
  });

  it('lets go of what an earlier visit has computed where no answer begins so', async () => {
    const scorer = new ScriptedScorer(sum);
    const held = { ids: CONSTANT, prefix: await scorer.prefill(CONSTANT) };
    const result = await briefSelfTest(scorer, [ARBITRARY], logitsOf([ARBITRARY]), CONSTANT, held);
    expect(result).toEqual({ worst: 0, constant: undefined });
    expect(scorer.held.size).toBe(0);
  });

  it.each([
    ['no answer begins so', [ARBITRARY], CONSTANT],
    ['prompts have nothing in common', [LIKE_A_PROMPT], Int32Array.of()],
    ['the answer is read nowhere behind it', [answer([7, 8, 9], [0, 2])], CONSTANT],
  ])('holds nothing where %s', async (_, answers, constant) => {
    const scorer = new ScriptedScorer(sum);
    expect(await briefSelfTest(scorer, answers, logitsOf(answers), constant)).toEqual({
      worst: 0,
      constant: undefined,
    });
    expect(scorer.held.size).toBe(0);
  });

  it.each([
    ['another logit', (suffix: Int32Array, prefix: readonly number[]) => sum(suffix, prefix) + 2, 2],
    ['NaN', () => Number.NaN, Number.POSITIVE_INFINITY],
  ])('tells how far a device is off that gives %s', async (_, logit, worst) => {
    const answers = [LIKE_A_PROMPT];
    const result = await briefSelfTest(new ScriptedScorer(logit), answers, logitsOf(answers), CONSTANT);
    expect(result.worst).toBe(worst);
    expect(await selfTest(new ScriptedScorer(logit), answers, logitsOf(answers))).toBe(worst);
  });
});
