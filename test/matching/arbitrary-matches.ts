import fc from 'fast-check';
import { type Match, tierOf } from '../../src/matching/index.ts';
import type { Handling, Ticket } from '../../src/tickets/ticket.ts';

const day = fc
  .integer({ min: 0, max: 120 })
  .map((days) => new Date(Date.UTC(2026, 7, 1 + days)).toISOString().slice(0, 10));
const moment = fc.oneof(
  day,
  day.map((date) => `${date}T08:30:00+08:00`),
);
const unit = fc.constantFrom('区住建局', '区住建局 ', '街道办事处', '区城管局', '__proto__');
const action = fc.constantFrom(
  '派单',
  '现场核查',
  '现场 核查',
  '到现场核查',
  '约谈负责人',
  '约谈负责人整改',
  '回访',
  '不予受理',
  '予受理',
  '',
);

/** How a case was handled, any field missing. */
export const handling: fc.Arbitrary<Handling> = fc.record(
  {
    unit,
    steps: fc.array(fc.record({ at: moment, actor: unit, action }, { requiredKeys: ['action'] }), {
      maxLength: 5,
    }),
    closedAt: moment,
    days: fc.integer({ min: 0, max: 20 }),
    reply: fc.constantFrom('已协调处理。', ' ', '已答复'),
    solved: fc.constantFrom('yes', 'partly', 'no'),
    satisfaction: fc.constantFrom('satisfied', 'fairly', 'dissatisfied', 'unrated'),
    materials: fc.array(
      fc.record({
        name: fc.constantFrom('身份证', '身份证 ', '户口簿', '__proto__', '、'),
        need: fc.constantFrom('required', 'waivable', 'later'),
      }),
      { maxLength: 3 },
    ),
  },
  { requiredKeys: [] },
);

/** Past tickets with any field missing, whose ids collide and whose texts and places are often alike. */
export const ticket: fc.Arbitrary<Ticket> = fc.record(
  {
    id: fc.constantFrom('1', '2', '3', '__proto__', 'constructor'),
    text: fc.constantFrom(
      '电梯经常卡顿困人，物业推诿',
      '电梯经常卡顿困人物业推诿',
      '路灯不亮',
      '3号楼电梯坏了',
      '5号楼电梯坏了',
      '',
    ),
    title: fc.constantFrom('电梯故障', '路灯'),
    category: fc.constantFrom(['住房城乡建设', '电梯安全'], ['市容环卫'], []),
    place: fc.constantFrom(
      '滨江区长河街道阳光小区3号楼',
      '阳光小区三号楼',
      '长河街道阳光小区',
      '长河街道',
      '建和路８８号',
      '某处',
      '',
    ),
    createdAt: moment,
    limitDays: fc.integer({ min: 0, max: 15 }),
    handling,
  },
  { requiredKeys: ['id', 'text'] },
);

/** Ranked matches, the scored ones first; each has a rank and a first-stage rank of its own. */
export const matches: fc.Arbitrary<readonly Match[]> = fc
  .array(fc.record({ ticket, score: fc.option(fc.integer({ min: 0, max: 20 })) }), { maxLength: 14 })
  .chain((drawn) =>
    fc.record({
      drawn: fc.constant(drawn),
      firstStage: fc.shuffledSubarray([...drawn.keys()], {
        minLength: drawn.length,
        maxLength: drawn.length,
      }),
    }),
  )
  .map(({ drawn, firstStage }) =>
    [...drawn]
      .sort((a, b) => (b.score ?? -1) - (a.score ?? -1))
      .map(({ ticket, score }, index) => ({
        ticket,
        rank: index + 1,
        firstStageRank: (firstStage[index] ?? 0) + 1,
        truncated: false,
        ...(score === null ? {} : { score: score / 20, logit: score - 10, tier: tierOf(score / 20) }),
      })),
  );

/** Matches, and the same in another order. */
export const shuffledMatches: fc.Arbitrary<readonly [readonly Match[], readonly Match[]]> = matches.chain(
  (given) =>
    fc.tuple(
      fc.constant(given),
      fc.shuffledSubarray([...given], { minLength: given.length, maxLength: given.length }),
    ),
);

/** A match of a past ticket, as the best of its run unless said otherwise. */
export function matchOf(ticket: Partial<Ticket>, more: Partial<Match> = {}): Match {
  const rank = more.rank ?? more.firstStageRank ?? 1;
  const score = more.score ?? 0.9;
  const whole = { id: `HIS${rank}`, text: `诉求${rank}`, ...ticket };
  return {
    ticket: whole,
    rank,
    firstStageRank: rank,
    truncated: false,
    score,
    logit: score,
    tier: tierOf(score),
    ...more,
  };
}
