import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Insights, insights, localDay, type Match } from '../../src/matching/index.ts';
import type { Handling, Ticket } from '../../src/tickets/ticket.ts';
import { matches, matchOf, shuffledMatches, ticket } from './arbitrary-matches.ts';

const NOW = '2026-11-25T09:00:00+08:00';

function all(tickets: readonly Partial<Ticket>[]): Match[] {
  return tickets.map((one, index) => matchOf(one, { firstStageRank: index + 1 }));
}

function handled(...handling: readonly Handling[]): Match[] {
  return all(handling.map((one) => ({ handling: one })));
}

function ranks(cases: readonly { readonly firstStageRank: number }[] | undefined): number[] {
  return (cases ?? []).map(({ firstStageRank }) => firstStageRank);
}

/** Every list of cases in a value. */
function casesIn(value: unknown): { id: string; firstStageRank: number }[][] {
  if (Array.isArray(value)) {
    const own = value.every((item) => typeof item?.firstStageRank === 'number') ? [value] : [];
    return [...own, ...value.flatMap(casesIn)];
  }
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(casesIn) : [];
}

describe('insights', () => {
  it('are of the high and medium tiers alone, and name no other case', () => {
    fc.assert(
      fc.property(matches, fc.option(ticket, { nil: undefined }), (given, onScreen) => {
        const found = insights(given, { now: NOW, ...(onScreen ? { ticket: onScreen } : {}) });
        const alike = given.filter(({ tier }) => tier === 'high' || tier === 'medium');
        expect(ranks(found.cases)).toEqual(ranks(alike));
        for (const cases of casesIn(found)) {
          expect(new Set(ranks(cases)).size).toBe(cases.length);
          for (const one of cases) {
            const match = alike.find(({ firstStageRank }) => firstStageRank === one.firstStageRank);
            expect(match?.ticket.id).toBe(one.id);
          }
        }
      }),
    );
  });

  it('do not depend on the order of the array', () => {
    fc.assert(
      fc.property(shuffledMatches, ([given, shuffled]) => {
        expect(insights(shuffled, { now: NOW })).toEqual(insights(given, { now: NOW }));
      }),
    );
  });

  it('are none where there is nothing, and say how much would be needed', () => {
    const found = insights([], { now: NOW });
    expect(found.places).toEqual([]);
    expect(found.materials).toEqual([]);
    expect(found.recent.map(({ cases, before }) => [cases, before])).toEqual([
      [[], []],
      [[], []],
      [[], []],
    ]);
    const findings = [found.fastestUnit, found.days, found.inTime, found.satisfaction, found.solved];
    expect(findings).toEqual(findings.map(() => ({ status: 'too-few', cases: [], minimum: 3 })));
  });
});

describe('recent cases', () => {
  const recent = (...dates: string[]) =>
    insights(all(dates.map((createdAt) => ({ createdAt }))), { now: NOW }).recent;

  it('count calendar days, today included, exactly at their edges', () => {
    const [week, month] = recent(
      '2026-11-25',
      '2026-11-19T00:00:00+08:00',
      '2026-11-18T23:59:59+08:00',
      '2026-11-12',
      '2026-11-11',
    );
    expect(ranks(week?.cases)).toEqual([1, 2]);
    expect(ranks(week?.before)).toEqual([3, 4]);
    expect(ranks(month?.cases)).toEqual([1, 2, 3, 4, 5]);
    expect(ranks(month?.before)).toEqual([]);
  });

  it('leave out what has no date or lies ahead', () => {
    const [week] = insights(all([{}, { createdAt: '2026-11-26' }, { createdAt: NOW }]), { now: NOW }).recent;
    expect(ranks(week?.cases)).toEqual([3]);
  });

  it.each([
    [3, 0, 'rising'],
    [0, 3, 'falling'],
    [2, 1, 'level'],
    [5, 1, 'rising'],
    [4, 1, 'rising'],
    [3, 1, 'level'],
  ])('with %d after %d are %s', (now, before, direction) => {
    const [week] = recent(...Array(now).fill('2026-11-24'), ...Array(before).fill('2026-11-15'));
    expect(week?.trend).toMatchObject({ status: 'known', direction });
  });

  it('show no trend of two', () => {
    expect(recent('2026-11-24', '2026-11-24')[0]?.trend).toEqual({
      status: 'too-few',
      cases: [
        { id: 'HIS1', firstStageRank: 1 },
        { id: 'HIS2', firstStageRank: 2 },
      ],
      minimum: 3,
    });
  });
});

describe('places', () => {
  const spelt = ['滨江区长河街道阳光小区3号楼', '阳光小区三号楼', '阳光小区５号楼'];

  it('are clustered by the shortest period that has enough cases', () => {
    const dates = ['2026-11-24', '2026-11-20', '2026-11-10', '2026-09-30'];
    const given = all(dates.map((createdAt, index) => ({ createdAt, place: spelt[index % 3] as string })));
    const found = insights(given, { now: NOW, ticket: { id: 'T1', text: '', place: '阳光小区' } });
    expect(found.places).toEqual([
      { place: '滨江区长河街道阳光小区3号楼', ofTicket: true, days: 30, cases: found.cases.slice(0, 3) },
    ]);
    const two = insights(given, { now: NOW, minimums: { place: 2 } });
    expect(two.places.map(({ days, ofTicket, cases }) => [days, ofTicket, ranks(cases)])).toEqual([
      [7, false, [1, 2]],
    ]);
  });

  it('do not count the ticket on screen', () => {
    const given = all(spelt.slice(1).map((place) => ({ place, createdAt: '2026-11-24' })));
    const options = { now: NOW, ticket: { id: 'T1', text: '', place: '阳光小区', createdAt: '2026-11-25' } };
    expect(insights(given, options).places).toEqual([]);
  });

  it('put the place of the ticket first, then the shorter period, then more cases', () => {
    const at = (place: string, count: number, createdAt: string) =>
      Array.from({ length: count }, () => ({ place, createdAt }));
    const given = all([
      ...at('甲小区', 3, '2026-11-24'),
      ...at('乙小区', 4, '2026-11-24'),
      ...at('丙小区', 9, '2026-11-01'),
      ...at('丁小区', 3, '2026-09-10'),
    ]);
    const { places } = insights(given, { now: NOW, ticket: { id: '', text: '', place: '丁小区' } });
    expect(places.map(({ place }) => place)).toEqual(['丁小区', '乙小区', '甲小区', '丙小区']);
  });
});

describe('units, days and rates', () => {
  const cases = (unit: string, ...days: number[]) => days.map((taken): Handling => ({ unit, days: taken }));

  it('the fastest unit is that with the least median of days, among at least two', () => {
    const given = handled(...cases('甲局', 1, 9, 9), ...cases('乙 局', 4, 4, 4), ...cases('丙局', 1, 1));
    expect(insights(given, { now: NOW }).fastestUnit).toMatchObject({
      ...{ status: 'known', unit: '乙 局', medianDays: 4, units: 2 },
      cases: [4, 5, 6].map((rank) => ({ firstStageRank: rank })),
    });
    expect(insights(given.slice(3), { now: NOW }).fastestUnit.status).toBe('too-few');
  });

  it('does not praise a unit for what it left unsolved', () => {
    const unsolved = cases('甲局', 1, 1, 1).map((one): Handling => ({ ...one, solved: 'no' }));
    const given = handled(...unsolved, ...cases('乙局', 4, 4, 4), ...cases('丙局', 5, 5, 5));
    expect(insights(given, { now: NOW }).fastestUnit).toMatchObject({ unit: '乙局', units: 2 });
  });

  it('days stand beside the limit of the ticket on screen, and each against its own', () => {
    const given = all([5, 6, 30].map((days) => ({ limitDays: 5, handling: { days } })));
    const found = insights(given, { now: NOW, ticket: { id: '', text: '', limitDays: 7 } });
    expect(found.days).toMatchObject({ status: 'known', least: 5, median: 6, most: 30, limit: 7 });
    expect(found.inTime).toMatchObject({ status: 'known', rate: 1 / 3, part: [{ firstStageRank: 1 }] });
  });

  it('unrated is not dissatisfied, and partly is not solved', () => {
    const said = ['satisfied', 'fairly', 'dissatisfied', 'unrated', undefined] as const;
    const solved = ['yes', 'partly', 'no', undefined, 'yes'] as const;
    const given = handled(
      ...said.map((satisfaction, index) => ({
        ...(satisfaction ? { satisfaction } : {}),
        ...(solved[index] ? { solved: solved[index] } : {}),
      })),
    );
    const found: Insights = insights(given, { now: NOW });
    expect(found.satisfaction).toMatchObject({
      rate: 2 / 3,
      cases: [{}, {}, {}],
      counts: { satisfied: 1, fairly: 1, dissatisfied: 1, unrated: 1 },
    });
    expect(found.solved).toMatchObject({
      rate: 2 / 4,
      cases: [{}, {}, {}, {}],
      counts: { yes: 2, partly: 1, no: 1 },
    });
  });
});

describe('materials', () => {
  it('are those that some case could do without or bring later, each case counted once', () => {
    const given = handled(
      {
        materials: [
          { name: '户口簿', need: 'waivable' },
          { name: '身份证', need: 'required' },
        ],
      },
      {
        materials: [
          { name: '户口簿 ', need: 'later' },
          { name: '户口簿', need: 'waivable' },
          { name: '身份证', need: 'required' },
        ],
      },
      { materials: [{ name: '照片', need: 'waivable' }] },
    );
    const { materials } = insights(given, { now: NOW });
    expect(materials).toEqual([
      {
        name: '户口簿',
        need: 'later',
        required: [],
        later: [{ id: 'HIS2', firstStageRank: 2 }],
        waivable: [{ id: 'HIS1', firstStageRank: 1 }],
      },
    ]);
  });
});

describe('localDay', () => {
  it('is the day on the wall calendar', () => {
    expect(localDay(new Date(2026, 0, 5, 23, 59))).toBe('2026-01-05');
    expect(localDay(new Date(2026, 10, 25))).toBe('2026-11-25');
  });
});
