import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  byRecency,
  DEFAULT_THRESHOLDS,
  type Match,
  type MatchState,
  match,
  mergeScores,
  type Ranker,
  type Reordering,
} from '../../src/matching/index.ts';
import { mergeRounds } from '../../src/matching/merge.ts';
import { listSource, type Ticket } from '../../src/tickets/index.ts';
import { matches, matchOf, shuffledMatches } from './arbitrary-matches.ts';

const halfLife = fc.constantFrom(0.001, 1, 30, 365, 1e6, 1e-320);
const none = fc.constantFrom(0, -7, Number.NaN);

const idsOf = (list: readonly Match[]) => list.map(({ ticket }) => ticket.id);
const tiersOf = (list: readonly Match[]) => list.map(({ tier }) => tier);
const numbered = (list: readonly { readonly score: number; readonly createdAt?: string }[]) =>
  list.map(({ score, createdAt }, index) =>
    matchOf({ id: `${index + 1}`, ...(createdAt ? { createdAt } : {}) }, { score, rank: index + 1 }),
  );

describe('byRecency', () => {
  it('changes nothing by a half-life that is none', () => {
    fc.assert(
      fc.property(matches, none, (given, halfLifeDays) => {
        expect(byRecency(given, halfLifeDays)).toEqual(given);
      }),
    );
  });

  it('loses no match, and leaves scores, tiers and the order of the tiers what they are', () => {
    fc.assert(
      fc.property(matches, halfLife, (given, halfLifeDays) => {
        const ordered = byRecency(given, halfLifeDays);
        expect(ordered.map(({ rank }) => rank)).toEqual(given.map((_, index) => index + 1));
        expect(tiersOf(ordered)).toEqual(tiersOf(given));
        const bare = (list: readonly Match[]) =>
          [...list].sort((a, b) => a.firstStageRank - b.firstStageRank).map(({ rank: _, ...rest }) => rest);
        expect(bare(ordered)).toEqual(bare(given));
      }),
    );
  });

  it('does not depend on the order in the array, nor on being done twice', () => {
    fc.assert(
      fc.property(shuffledMatches, halfLife, ([given, shuffled], halfLifeDays) => {
        const ordered = byRecency(given, halfLifeDays);
        expect(byRecency(shuffled, halfLifeDays)).toEqual(ordered);
        expect(byRecency(ordered, halfLifeDays)).toEqual(ordered);
      }),
    );
  });

  it('weighs a score by half for each half-life, within a tier', () => {
    const scored = fc.record({ score: fc.integer({ min: 86, max: 99 }), day: fc.nat(20) });
    fc.assert(
      fc.property(
        fc.array(scored, { minLength: 2, maxLength: 12 }),
        fc.integer({ min: 1, max: 90 }),
        (drawn, h) => {
          const falling = [...drawn].sort((a, b) => b.score - a.score);
          const given = numbered(
            falling.map(({ score, day }) => ({
              score: score / 100,
              createdAt: `2026-11-${String(day + 1).padStart(2, '0')}`,
            })),
          );
          const decayed = byRecency(given, h).map(({ ticket, score = 0 }) => {
            const age = 30 - Number(ticket.createdAt?.slice(8));
            return score * 0.5 ** (age / h);
          });
          for (const [index, next] of decayed.slice(1).entries()) {
            expect(next).toBeLessThanOrEqual((decayed[index] ?? 0) * (1 + 1e-9));
          }
        },
      ),
    );
  });

  it('does not depend on today', () => {
    const at = (year: number) =>
      byRecency(
        numbered([
          { score: 0.95, createdAt: `${year}-01-05` },
          { score: 0.9, createdAt: `${year}-03-05` },
          { score: 0.86, createdAt: `${year}-02-05` },
        ]),
        30,
      );
    expect(idsOf(at(2026))).toEqual(['2', '3', '1']);
    expect(idsOf(at(1969))).toEqual(idsOf(at(2026)));
    expect(idsOf(at(2999))).toEqual(idsOf(at(2026)));
  });

  it('takes a case without a date for one of the median day', () => {
    const given = numbered([
      { score: 0.9, createdAt: '2026-01-01' },
      { score: 0.9 },
      { score: 0.9, createdAt: '2026-11-20' },
      { score: 0.9, createdAt: '2026-06-01' },
      { score: 0.9, createdAt: 'last year' },
    ]);
    expect(idsOf(byRecency(given, 90))).toEqual(['3', '2', '4', '5', '1']);
    const undated = numbered([{ score: 0.9 }, { score: 0.88 }]);
    expect(byRecency(undated, 1)).toEqual(undated);
  });
});

describe('a half-life', () => {
  const by =
    (halfLifeDays: number): Reordering =>
    (list) =>
      byRecency(list, halfLifeDays);
  const candidates: Ticket[] = [
    { id: 'old', text: '甲', createdAt: '2024-11-01' },
    { id: 'new', text: '乙', createdAt: '2026-11-01' },
    { id: 'newest, but less alike', text: '丙', createdAt: '2026-11-24' },
  ];
  const scores = new Map(
    [3.5, 2.5, 1].map((logit, index) => [
      index,
      { logit, score: 1 / (1 + Math.exp(-logit)), truncated: false },
    ]),
  );

  it('orders within the tiers of a merge, and never across them', () => {
    const ids = (reorder?: Reordering) => idsOf(mergeScores(candidates, scores, DEFAULT_THRESHOLDS, reorder));
    expect(ids()).toEqual(['old', 'new', 'newest, but less alike']);
    expect(ids(by(365))).toEqual(['new', 'old', 'newest, but less alike']);
  });

  it('orders what a widened query found by the tiers it has then, and apart from the first round', () => {
    const first = numbered([{ score: 0.3, createdAt: '2020-01-01' }]);
    const second = numbered([
      { score: 0.9, createdAt: '2024-01-01' },
      { score: 0.72, createdAt: '2026-11-01' },
      { score: 0.2, createdAt: '2026-11-02' },
    ]).map((one) => ({ ...one, ticket: { ...one.ticket, id: `wide ${one.ticket.id}` } }));
    expect(idsOf(mergeRounds(first, second, []))).toEqual(['wide 1', 'wide 2', '1', 'wide 3']);
    expect(idsOf(mergeRounds(first, second, [], by(365)))).toEqual(['wide 2', 'wide 1', '1', 'wide 3']);
  });

  it('has all cases read in full, of which any may come to the top', async () => {
    const settled: (number | undefined)[] = [];
    const ranker: Ranker = {
      async rank(_, documents, { settle } = {}) {
        settled.push(settle);
        return documents.map((document, index) => ({
          ...document,
          ...{ score: 0.9, logit: 3, rank: index + 1, truncated: false },
        }));
      },
    };
    const ordered: string[][] = [];
    for (const reorder of [by(365), undefined]) {
      await match(
        { id: 'T1', text: '电梯' },
        {
          source: listSource(candidates),
          ready: async () => ({ ranker, thresholds: DEFAULT_THRESHOLDS }),
          fallbackOrder: () => [],
          limit: 50,
          top: 1,
          ...(reorder ? { reorder } : {}),
          signal: new AbortController().signal,
          onState: (state: MatchState) => {
            if (state.phase === 'ranked') ordered.push(idsOf(state.matches));
          },
        },
      );
    }
    expect(settled).toEqual([3, 1]);
    expect(ordered.map(([best]) => best)).toEqual(['newest, but less alike', 'old']);
  });
});
