import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldNearDuplicates, type Match } from '../../src/matching/index.ts';
import type { Ticket } from '../../src/tickets/ticket.ts';
import { matches, matchOf, shuffledMatches } from './arbitrary-matches.ts';

const REPORT = '阳光小区3号楼电梯经常卡顿，昨天下午又困人，物业说在等厂家配件，已经拖了两周，请尽快处理';

/** First-stage ranks, those of each card together. */
function folded(given: readonly Match[]): readonly (readonly number[])[] {
  return foldNearDuplicates(given).map((card) =>
    [card.match, ...card.folded].map(({ firstStageRank }) => firstStageRank),
  );
}

function pair(a: Partial<Ticket> & { score?: number }, b: Partial<Ticket> & { score?: number }) {
  return folded(
    [a, b].map(({ score = 0.9, ...ticket }, index) => matchOf(ticket, { firstStageRank: index + 1, score })),
  );
}

describe('foldNearDuplicates', () => {
  it('loses and repeats no match, and keeps the order', () => {
    fc.assert(
      fc.property(matches, (given) => {
        const ranks = foldNearDuplicates(given).map((card) =>
          [card.match, ...card.folded].map(({ rank }) => rank),
        );
        expect(ranks.flat().sort((a, b) => a - b)).toEqual(given.map((_, index) => index + 1));
        for (const one of [...ranks, ranks.map(([best]) => best as number)]) {
          expect(one).toEqual([...one].sort((a, b) => a - b));
        }
      }),
    );
  });

  it('does not depend on the order of the array', () => {
    fc.assert(
      fc.property(shuffledMatches, ([given, shuffled]) => {
        expect(foldNearDuplicates(shuffled)).toEqual(foldNearDuplicates(given));
      }),
    );
  });

  it('folds each one behind a card that it is a near-duplicate of itself, alone with it as well', () => {
    fc.assert(
      fc.property(matches, (given) => {
        for (const { match, folded } of foldNearDuplicates(given)) {
          for (const one of folded) expect(foldNearDuplicates([match, one])).toHaveLength(1);
        }
      }),
    );
  });

  it('folds the same text, however it is spelt and scored', () => {
    expect(
      pair({ text: REPORT }, { text: REPORT.replace(/，/g, ', ').replace('3', '３'), score: 0.2 }),
    ).toEqual([[1, 2]]);
  });

  it('does not fold texts that are empty', () => {
    expect(pair({ text: '' }, { text: '' })).toEqual([[1], [2]]);
  });

  it('folds a text of which a word or two differ', () => {
    const reworded = REPORT.replace('请尽快处理', '请赶快处理');
    expect(pair({ text: REPORT }, { text: reworded })).toEqual([[1, 2]]);
    expect(pair({ text: REPORT, score: 0.95 }, { text: reworded, score: 0.85 })).toEqual([[1, 2]]);
    expect(pair({ text: REPORT, score: 0.95 }, { text: reworded, score: 0.84 })).toEqual([[1], [2]]);
  });

  it('keeps forms apart that name another building or another place', () => {
    expect(pair({ text: REPORT }, { text: REPORT.replace('3号楼', '5号楼') })).toEqual([[1], [2]]);
    const elsewhere = REPORT.replace('请尽快', '请赶快');
    expect(
      pair({ text: REPORT, place: '滨江区阳光小区' }, { text: elsewhere, place: '西城区阳光小区' }),
    ).toEqual([[1], [2]]);
  });

  const event = {
    text: '电梯又坏了，老人被困在里面半小时',
    place: '滨江区阳光小区3号楼',
    createdAt: '2026-11-02',
  };
  const again = {
    text: '三号楼电梯坏了没人修，差点困人',
    place: '阳光小区三号楼',
    createdAt: '2026-11-16T09:00:00+08:00',
  };

  it('folds another report of the same event', () => {
    expect(pair(event, again)).toEqual([[1, 2]]);
  });

  it.each([
    ['a day later than two weeks', { createdAt: '2026-11-17' }],
    ['at an unknown time', { createdAt: 'unknown' }],
    ['in another building', { place: '阳光小区五号楼' }],
    ['in an unknown place', { place: '滨江区' }],
    ['of another category', { category: ['市容环卫'] }],
    ['about something else', { text: '路灯不亮，晚上回家一片漆黑' }],
    ['of the low tier', { score: 0.69 }],
    ['that the model finds less alike', { score: 0.79 }],
  ])('keeps a report apart %s', (_, difference) => {
    expect(pair({ ...event, category: ['电梯安全'] }, { ...again, ...difference })).toEqual([[1], [2]]);
  });

  it('does not swallow distinct cases by a chain of likenesses', () => {
    const chain = [0.95, 0.86, 0.77].map((score, index) =>
      matchOf(
        { ...event, text: `${event.text}${'！'.repeat(index)}吧` },
        { firstStageRank: index + 1, score },
      ),
    );
    const reworded = chain.map((match, index) => ({
      ...match,
      ticket: { ...match.ticket, text: `${event.text}${['请修', '快修', '速修'][index]}` },
    }));
    expect(folded(reworded)).toEqual([[1, 2], [3]]);
  });

  it('folds nothing of two kinds on the demo archive, even if the model scored all alike', () => {
    const lines = readFileSync(new URL('../../src/demo/archive.jsonl', import.meta.url), 'utf8').split('\n');
    const given = lines
      .slice(0, 1500)
      .map((line, index) => matchOf(JSON.parse(line), { firstStageRank: index + 1 }));
    const kindOf = ({ ticket }: Match) => (ticket as { kind?: string }).kind;
    const cards = foldNearDuplicates(given).filter((card) => card.folded.length > 0);
    expect(cards.length).toBeGreaterThan(0);
    for (const { match, folded } of cards)
      expect(folded.map(kindOf)).toEqual(folded.map(() => kindOf(match)));
  });
});
