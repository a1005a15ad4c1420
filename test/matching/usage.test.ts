import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isUnused,
  parseUsageRecord,
  USAGE_ACTS,
  type UsageAct,
  type UsageRecord,
  unusedSince,
  usageByDay,
  usageCsv,
  usageDaysCsv,
  usageRecord,
} from '../../src/matching/index.ts';
import { matches, matchOf } from './arbitrary-matches.ts';

const AT = new Date(2026, 10, 25, 9, 30, 5);

const records: fc.Arbitrary<readonly UsageRecord[]> = fc.array(
  fc
    .record({
      act: fc.constantFrom(...USAGE_ACTS),
      ticketId: fc.constantFrom('T1', 'T2', '', '__proto__'),
      day: fc.nat(3),
    })
    .map(({ act, ticketId, day }) => usageRecord(act, { ticketId, at: new Date(2026, 10, 20 + day, 12) })),
  { maxLength: 30 },
);

/** RFC 4180, as a spreadsheet reads it. */
function parsed(text: string): string[][] {
  const rows: string[][] = [[]];
  for (const [whole, quoted, bare, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    if (whole === '') continue;
    rows[rows.length - 1]?.push(quoted === undefined ? (bare ?? '') : quoted.replace(/""/g, '"'));
    if (end === '\r\n') rows.push([]);
  }
  return rows.slice(0, -1);
}

describe('usageRecord', () => {
  it('holds ids, ranks, scores, tiers and a time, and no text', () => {
    fc.assert(
      fc.property(matches, (given) => {
        const record = usageRecord('shown', { ticketId: 'T1', matches: given, model: 'qwen3', at: AT });
        expect(Object.keys(record).sort()).toEqual(['act', 'at', 'cases', 'model', 'ticketId']);
        record.cases.forEach((one, index) => {
          const { rank, score, tier, ticket } = given[index] as (typeof given)[number];
          expect(one).toEqual(JSON.parse(JSON.stringify({ id: ticket.id, rank, score, tier })));
        });
        expect(parseUsageRecord(JSON.parse(JSON.stringify(record)))).toEqual(record);
      }),
    );
  });

  it('tells the local time with its offset', () => {
    const { at } = usageRecord('refreshed', { ticketId: '', at: AT });
    expect(at).toMatch(/^2026-11-25T09:30:05[+-]\d\d:\d\d$/);
    expect(Date.parse(at)).toBe(AT.getTime());
  });

  it('takes no text for an id', () => {
    const text = '电梯经常卡顿困人'.repeat(9);
    const record = usageRecord('opened', {
      ticketId: text,
      matches: [matchOf({ id: text })],
      model: text,
      at: AT,
    });
    expect(JSON.stringify(record)).not.toContain('电梯');
  });
});

describe('parseUsageRecord', () => {
  it.each([
    undefined,
    null,
    'x',
    [],
    {},
    { act: 'looked' },
    { act: 'shown', at: '2026', ticketId: '', cases: [] },
  ])('finds none in %j', (value) => {
    expect(parseUsageRecord(value)).toBeUndefined();
  });

  it('takes over no field that it does not know', () => {
    const record = usageRecord('shown', { ticketId: 'T1', matches: [matchOf({ id: 'HIS1' })], at: AT });
    const odd = {
      ...record,
      text: '诉求',
      cases: [{ ...record.cases[0], text: '诉求' }, 'x', { id: 1, rank: 1 }],
    };
    expect(parseUsageRecord(odd)).toEqual(record);
  });
});

describe('usageByDay', () => {
  const act = (name: UsageRecord['act'], ticketId: string, day = 25) =>
    usageRecord(name, { ticketId, at: new Date(2026, 10, day, 12) });

  it('counts each ticket once a day, and of those shown alone', () => {
    const given = [
      ...[act('shown', 'T1'), act('shown', 'T1'), act('shown', 'T2'), act('shown', 'T3'), act('shown', 'T4')],
      ...[act('opened', 'T1'), act('expanded', 'T1'), act('expanded', 'T2'), act('opened', 'T9')],
      ...[act('adopted', 'T1'), act('copied', 'T1'), act('adopted', 'T1', 26)],
    ];
    expect(usageByDay(given)).toMatchObject([
      {
        day: '2026-11-25',
        shown: 4,
        opened: 2,
        adopted: 1,
        openedRate: 0.5,
        adoptedRate: 0.25,
        acts: { shown: 5, opened: 2 },
      },
      { day: '2026-11-26', shown: 0, opened: 0, adopted: 0, acts: { adopted: 1 } },
    ]);
    expect(usageByDay(given)[1]).not.toHaveProperty('adoptedRate');
  });

  it('loses no act, has rates of at most 1, and does not depend on the order', () => {
    fc.assert(
      fc.property(records, (given) => {
        const days = usageByDay(given);
        const acts = days.flatMap((day) => Object.values(day.acts)).reduce((sum, count) => sum + count, 0);
        expect(acts).toBe(given.length);
        for (const { shown, opened, adopted } of days)
          expect(Math.max(opened, adopted)).toBeLessThanOrEqual(shown);
        expect(usageByDay([...given].reverse())).toEqual(days);
      }),
    );
  });
});

describe('CSV', () => {
  it('has a line for each case of an act, and one for an act without', () => {
    const given = [
      usageRecord('shown', {
        ticketId: 'T1',
        matches: [matchOf({}), matchOf({}, { rank: 2, score: 0.71239 })],
        at: AT,
      }),
      usageRecord('refreshed', { ticketId: 'T1', at: AT }),
    ];
    const text = usageCsv(given);
    expect(text.startsWith('\ufeffat,act,ticket,case,rank,score,tier,model\r\n')).toBe(true);
    expect(text.endsWith('\r\n')).toBe(true);
    const at = given[0]?.at as string;
    expect(parsed(text.slice(1)).slice(1)).toEqual([
      [at, 'shown', 'T1', 'HIS1', '1', '0.9', 'high', ''],
      [at, 'shown', 'T1', 'HIS2', '2', '0.7124', 'medium', ''],
      [at, 'refreshed', 'T1', '', '', '', '', ''],
    ]);
  });

  it('reads back as it was, whatever ids hold, and no cell begins a formula', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'=+-@＝\t\r\n",a1 '), maxLength: 6 }), (id) => {
        const text = usageCsv([usageRecord('opened', { ticketId: id, matches: [matchOf({ id })], at: AT })]);
        const cells = parsed(text.slice(1))[1] as string[];
        for (const cell of cells) expect(cell).not.toMatch(/^[=+\-@\t\r\n＝＋－＠]/);
        expect(cells[2]?.replace(/^'(?=[=+\-@\t\r\n＝])/, '')).toBe(id);
      }),
    );
  });

  it('of days has counts and rates', () => {
    const days = usageByDay([
      usageRecord('shown', { ticketId: 'T1', at: AT }),
      usageRecord('shown', { ticketId: 'T2', at: AT }),
      usageRecord('shown', { ticketId: 'T3', at: AT }),
      usageRecord('adopted', { ticketId: 'T1', at: AT }),
    ]);
    const [header, line] = parsed(usageDaysCsv(days).slice(1));
    expect(header?.slice(0, 7)).toEqual([
      'day',
      'shown',
      'opened',
      'adopted',
      'opened_rate',
      'adopted_rate',
      'acts_shown',
    ]);
    expect(line).toEqual([
      '2026-11-25',
      '3',
      '0',
      '1',
      '0',
      '0.3333',
      '3',
      '0',
      '0',
      '0',
      '1',
      '0',
      '0',
      '0',
      '0',
      '0',
    ]);
  });
});

describe('isUnused', () => {
  const TODAY = '2026-11-25';
  const on = (act: UsageAct, daysAgo: number, unseen = false) =>
    usageRecord(act, { ticketId: 'T1', unseen, at: new Date(2026, 10, 25 - daysAgo, 12) });
  const shownOn = (days: number, unseen = false) =>
    Array.from({ length: days }, (_, daysAgo) => on('shown', daysAgo, unseen));
  const byPeople = USAGE_ACTS.filter((act) => act !== 'shown' && act !== 'generalised');

  it('needs ten days on which cases were shown, and not only counted by one who watches', () => {
    expect(isUnused([], TODAY)).toBe(false);
    expect(isUnused(shownOn(9), TODAY)).toBe(false);
    expect(isUnused(shownOn(10), TODAY)).toBe(true);
    expect(isUnused([...shownOn(10), on('generalised', 0)], TODAY)).toBe(true);
    expect(isUnused(Array(40).fill(on('shown', 3)), TODAY)).toBe(false);
    expect(isUnused(shownOn(21, true), TODAY)).toBe(false);
  });

  it('is put off by whatever anyone did in 21 days, and by nothing that was before', () => {
    for (const act of byPeople) {
      expect(isUnused([...shownOn(21), on(act, 20)], TODAY), act).toBe(false);
      expect(isUnused([...shownOn(21), on(act, 21)], TODAY), act).toBe(true);
    }
    expect(
      isUnused(
        Array.from({ length: 20 }, (_, day) => on('shown', 21 + day)),
        TODAY,
      ),
    ).toBe(false);
    expect(unusedSince(TODAY)).toBe('2026-11-05');
    expect(unusedSince('2026-03-01')).toBe('2026-02-09');
  });

  it('does not depend on the order of the records', () => {
    fc.assert(
      fc.property(
        records.chain((given) =>
          fc.tuple(
            fc.constant(given),
            fc.shuffledSubarray([...given], { minLength: given.length, maxLength: given.length }),
          ),
        ),
        ([given, shuffled]) => {
          expect(isUnused(shuffled, TODAY)).toBe(isUnused(given, TODAY));
        },
      ),
    );
  });
});
