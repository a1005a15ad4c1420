import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Ranking } from '../../src/reranker/ranking.ts';

const SCORED = { truncated: false, stage: 'full', tokens: 5 } as const;

it('ends in the same order however the scores arrive, ties in the order given', () => {
  const logits = fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1, maxLength: 30 });
  const arrivals = logits.chain((values) =>
    fc.tuple(fc.constant(values), fc.shuffledSubarray([...values.keys()], { minLength: values.length })),
  );
  fc.assert(
    fc.property(arrivals, ([values, order]) => {
      // Ids repeat on purpose.
      const documents = values.map((_, i) => ({ id: i % 2 ? '__proto__' : 'same', text: String(i) }));
      const ranking = new Ranking(documents);
      for (const index of order) ranking.add({ ...SCORED, index, logit: values[index] as number });
      const expected = [...values.keys()].sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0) || a - b);
      expect(ranking.best(values.length).map(({ text }) => Number(text))).toEqual(expected);
    }),
  );
});

it('reports the rank among the scores so far and the score as sigmoid of the logit', () => {
  const ranking = new Ranking([
    { id: 'a', text: '' },
    { id: 'b', text: '' },
  ]);
  expect(ranking.add({ ...SCORED, index: 0, logit: 0 })).toMatchObject({
    id: 'a',
    rank: 1,
    score: 0.5,
  });
  expect(ranking.add({ ...SCORED, index: 1, logit: 2, truncated: true })).toMatchObject({
    id: 'b',
    rank: 1,
    truncated: true,
  });
  expect(ranking.best(5).map(({ id, rank }) => [id, rank])).toEqual([
    ['b', 1],
    ['a', 2],
  ]);
});

it('puts a document’s full score in place of its passage’s', () => {
  const ranking = new Ranking(['a', 'b', 'c'].map((id) => ({ id, text: '' })));
  for (const [index, logit] of [3, 2, 1].entries())
    ranking.add({ ...SCORED, stage: 'passage', index, logit });
  expect(ranking.add({ ...SCORED, index: 0, logit: 1.5 })).toMatchObject({ id: 'a', rank: 2, stage: 'full' });
  expect(ranking.best(9).map(({ id, logit, stage }) => [id, logit, stage])).toEqual([
    ['b', 2, 'passage'],
    ['a', 1.5, 'full'],
    ['c', 1, 'passage'],
  ]);
});
