import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { areAlike } from '../../src/matching/handling-tree.ts';
import { byRating, casePath, type HandlingNode, handlingTree, type Match } from '../../src/matching/index.ts';
import type { Handling, Ticket } from '../../src/tickets/ticket.ts';
import { matches, matchOf, shuffledMatches } from './arbitrary-matches.ts';

/** A tree as indented lines: label, first-stage ranks of the cases, and a star on the best-rated path. */
function drawn(given: readonly Match[]): string[] {
  const lines = (node: HandlingNode, depth: number): string[] => {
    const label = 'text' in node.label ? node.label.text : `(${node.label.word})`;
    const ranks = node.cases.map(({ firstStageRank }) => firstStageRank).join(',');
    return [
      `${' '.repeat(depth)}${label} ${ranks}${node.best ? ' *' : ''}`,
      ...node.children.flatMap((child) => lines(child, depth + 1)),
    ];
  };
  const tree = handlingTree(given);
  return tree ? lines(tree.root, 0) : [];
}

function handled(rank: number, handling: Handling, ticket: Partial<Ticket> = {}): Match {
  return matchOf({ category: ['电梯安全'], ...ticket, handling }, { firstStageRank: rank });
}

function steps(...actions: string[]) {
  return actions.map((action) => ({ action }));
}

function nodesOf(node: HandlingNode): HandlingNode[] {
  return [node, ...node.children.flatMap(nodesOf)];
}

describe('handlingTree', () => {
  it('merges what cases have in common and marks the best-rated path', () => {
    const given = [
      handled(1, { unit: '区特检院', steps: steps('现场核查', '更换主板'), solved: 'partly', days: 3 }),
      handled(2, { unit: '区特检院', steps: steps('派员现场核查', '约谈物业'), solved: 'yes', days: 9 }),
      handled(3, { unit: '街道办事处', reply: '已答复', solved: 'no' }),
    ];
    expect(drawn(given)).toEqual([
      '电梯安全 1,2,3 *',
      ' 区特检院 1,2 *',
      '  现场核查 1,2 *',
      '   更换主板 1',
      '    (outcome) 1',
      '   约谈物业 2 *',
      '    (outcome) 2 *',
      ' 街道办事处 3',
      '  (replied) 3',
      '   (outcome) 3',
    ]);
    const root = handlingTree(given)?.root as HandlingNode;
    expect(root.outcome).toEqual({
      days: { least: 3, median: 6, most: 9, of: 2 },
      solved: { yes: 1, partly: 1, no: 1 },
      satisfaction: { satisfied: 0, fairly: 0, dissatisfied: 0 },
    });
    const check = root.children[0]?.children[0];
    expect(check?.wordings).toEqual(['现场核查', '派员现场核查']);
    expect(
      nodesOf(root)
        .map(({ id }) => id)
        .slice(0, 4),
    ).toEqual(['0', '0.0', '0.0.0', '0.0.0.0']);
  });

  it('is nothing without cases', () => {
    expect(handlingTree([])).toBeUndefined();
  });

  it('tells what little it knows of a case without steps', () => {
    expect(drawn([matchOf({ createdAt: '2026-11-01', handling: { closedAt: '2026-11-04' } })])).toEqual([
      '(problem) 1 *',
      ' (unnamed-unit) 1 *',
      '  (closed) 1 *',
      '   (outcome) 1 *',
    ]);
    expect(drawn([matchOf({})])).toEqual(['(problem) 1 *', ' (unnamed-unit) 1 *', '  (outcome) 1 *']);
  });

  it('puts steps that are listed latest first into their order, and counts the days to each', () => {
    const latestFirst = [
      { at: '2026-11-05', action: '回访' },
      { at: '2026-11-03T23:59:00+08:00', action: '派单' },
    ];
    const tree = handlingTree([
      handled(1, { steps: latestFirst }, { createdAt: '2026-11-03T00:01:00+08:00' }),
    ]);
    const actions = nodesOf(tree?.root as HandlingNode).filter(({ kind }) => kind === 'action');
    expect(actions.map(({ wordings, elapsed }) => [wordings[0], elapsed?.median])).toEqual([
      ['派单', 0],
      ['回访', 2],
    ]);
  });

  it('has every case on one way from the root to a result, whatever is missing', () => {
    fc.assert(
      fc.property(matches, (given) => {
        const tree = handlingTree(given);
        expect(tree === undefined).toBe(given.length === 0);
        if (!tree) return;
        const nodes = nodesOf(tree.root);
        expect(new Set(nodes.map(({ id }) => id)).size).toBe(nodes.length);
        const ends = nodes.filter(({ kind }) => kind === 'result').flatMap(({ cases }) => cases);
        const all = given.map(({ firstStageRank }) => firstStageRank).sort((a, b) => a - b);
        expect(ends.map(({ firstStageRank }) => firstStageRank).sort((a, b) => a - b)).toEqual(all);
        for (const { kind, cases, children, best } of nodes) {
          expect(children.length === 0).toBe(kind === 'result');
          if (kind !== 'result') {
            expect(children.flatMap((child) => child.cases)).toHaveLength(cases.length);
            expect(children.filter((child) => child.best)).toHaveLength(best ? 1 : 0);
          }
        }
      }),
    );
  });

  it('does not depend on the order of the array', () => {
    fc.assert(
      fc.property(shuffledMatches, ([given, shuffled]) => {
        expect(handlingTree(shuffled)).toEqual(handlingTree(given));
      }),
    );
  });
});

describe('areAlike', () => {
  it.each([
    ['现场核查', '现场 核查。'],
    ['调取监控', '到园调取监控'],
    ['回访', '回访家长'],
    ['责令退款', '责令退费'],
    ['约谈负责人', '约谈负责人整改'],
  ])('%s and %s are the same step', (a, b) => {
    expect([areAlike(a, b), areAlike(b, a)]).toEqual([true, true]);
  });

  it.each([
    ['予以受理', '不予受理'],
    ['3日内整改', '7日内整改'],
    ['整改', '责令限期整改'],
    ['现场检查净化设施', '现场检查消防设施'],
    ['责令限期返修', '责令限期支付'],
    ['恢复供水', '停止供水'],
    ['、', '回访'],
  ])('%s and %s are not', (a, b) => {
    expect([areAlike(a, b), areAlike(b, a)]).toEqual([false, false]);
  });
});

describe('byRating', () => {
  const better: readonly [string, Match, Match][] = [
    ['solved before partly', handled(2, { solved: 'yes' }), handled(1, { solved: 'partly', days: 1 })],
    ['partly before unknown', handled(2, { solved: 'partly' }), handled(1, {})],
    ['unknown before unsolved', handled(2, {}), handled(1, { solved: 'no', satisfaction: 'satisfied' })],
    [
      'satisfied before fairly',
      handled(2, { satisfaction: 'satisfied' }),
      handled(1, { satisfaction: 'fairly' }),
    ],
    [
      'unrated before dissatisfied',
      handled(2, { satisfaction: 'unrated' }),
      handled(1, { satisfaction: 'dissatisfied' }),
    ],
    [
      'in time before late',
      handled(2, { days: 5 }, { limitDays: 5 }),
      handled(1, { days: 3 }, { limitDays: 2 }),
    ],
    ['fewer days', handled(2, { days: 2 }), handled(1, { days: 3 })],
    [
      'higher score',
      matchOf({}, { firstStageRank: 2, score: 0.9 }),
      matchOf({}, { firstStageRank: 1, score: 0.8 }),
    ],
    ['first-stage rank at last', handled(1, {}), handled(2, {})],
  ];

  it.each(better)('%s', (_, a, b) => {
    expect([byRating(a, b), byRating(b, a), byRating(a, a)]).toEqual([-1, 1, 0]);
  });

  it('is a total order', () => {
    fc.assert(
      fc.property(shuffledMatches, ([given, shuffled]) => {
        expect([...shuffled].sort(byRating)).toEqual([...given].sort(byRating));
      }),
    );
  });
});

describe('casePath', () => {
  it('tells who did what when, from the report to the return visit', () => {
    const ticket = {
      title: '电梯困人',
      text: '电梯又坏了',
      createdAt: '2026-11-03T10:00:00+08:00',
      limitDays: 5,
    };
    const match = handled(
      1,
      {
        unit: '区特检院',
        steps: [{ at: '2026-11-04T09:00:00+08:00', actor: '值班员', action: '现场核查' }],
        reply: '已修复。',
        closedAt: '2026-11-06T09:00:00+08:00',
        solved: 'yes',
        satisfaction: 'unrated',
      },
      ticket,
    );
    expect(casePath(match)).toEqual({
      case: { id: 'HIS1', firstStageRank: 1 },
      title: '电梯困人',
      unit: '区特检院',
      days: 3,
      limitDays: 5,
      events: [
        { kind: 'report', at: ticket.createdAt, text: '电梯又坏了' },
        { kind: 'step', at: '2026-11-04T09:00:00+08:00', actor: '值班员', text: '现场核查', elapsed: 1 },
        { kind: 'reply', actor: '区特检院', text: '已修复。' },
        { kind: 'closed', at: '2026-11-06T09:00:00+08:00', elapsed: 3 },
        { kind: 'return-visit', result: { solved: 'yes' } },
      ],
    });
  });

  it('begins with the report and forgets no step, whatever is missing', () => {
    fc.assert(
      fc.property(matches, (given) => {
        for (const match of given) {
          const { events } = casePath(match);
          expect(events[0]?.kind).toBe('report');
          const actions = events.filter(({ kind }) => kind === 'step').map(({ text }) => text);
          expect(actions.sort()).toEqual(
            (match.ticket.handling?.steps ?? []).map(({ action }) => action).sort(),
          );
        }
      }),
    );
  });
});
