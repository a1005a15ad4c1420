import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_THRESHOLDS, inOrder, mergeScores, type Scores } from '../../src/matching/index.ts';
import type { Ticket } from '../../src/tickets/ticket.ts';

const odd = fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY);
const logit = fc.oneof(
  { weight: 9, arbitrary: fc.integer({ min: -5, max: 5 }) },
  { weight: 1, arbitrary: odd },
);
/** Tickets whose ids collide often, with a logit or none yet. */
const candidates = fc.array(
  fc.record({ id: fc.constantFrom('1', '2', '__proto__', 'constructor'), logit: fc.option(logit) }),
  { maxLength: 60 },
);

function ticketOf(id: string): Ticket {
  return { id, text: '诉求' };
}

function scoresOf(logits: readonly (number | null)[], order = [...logits.keys()]): Scores {
  return new Map(
    order.flatMap((index) => {
      const value = logits[index];
      if (value === null || value === undefined) return [];
      return [[index, { logit: value, score: 1 / (1 + Math.exp(-value)), truncated: false }]];
    }),
  );
}

describe('mergeScores', () => {
  it('loses and repeats no candidate, and ranks from 1 without gaps', () => {
    fc.assert(
      fc.property(candidates, (given) => {
        const tickets = given.map(({ id }) => ticketOf(id));
        const matches = mergeScores(tickets, scoresOf(given.map((g) => g.logit)), DEFAULT_THRESHOLDS);
        expect(matches.map(({ rank }) => rank)).toEqual(tickets.map((_, index) => index + 1));
        expect(new Set(matches.map(({ ticket }) => ticket))).toEqual(new Set(tickets));
        for (const { ticket, firstStageRank } of matches) expect(tickets[firstStageRank - 1]).toBe(ticket);
      }),
    );
  });

  it('puts higher logits first, ties and unscored ones in first-stage order', () => {
    fc.assert(
      fc.property(candidates, (given) => {
        const tickets = given.map(({ id }) => ticketOf(id));
        const matches = mergeScores(tickets, scoresOf(given.map((g) => g.logit)), DEFAULT_THRESHOLDS);
        for (const [index, next] of matches.slice(1).entries()) {
          const { logit = Number.NEGATIVE_INFINITY, firstStageRank } = matches[index] ?? next;
          const { logit: after = Number.NEGATIVE_INFINITY } = next;
          expect(logit > after || (logit === after && firstStageRank < next.firstStageRank)).toBe(true);
        }
      }),
    );
  });

  it('does not depend on the order in which scores arrive', () => {
    fc.assert(
      fc.property(
        candidates.chain((given) =>
          fc.tuple(
            fc.constant(given),
            fc.shuffledSubarray([...given.keys()], { minLength: given.length, maxLength: given.length }),
          ),
        ),
        ([given, arrival]) => {
          const tickets = given.map(({ id }) => ticketOf(id));
          const logits = given.map((g) => g.logit);
          expect(mergeScores(tickets, scoresOf(logits, arrival), DEFAULT_THRESHOLDS)).toEqual(
            mergeScores(tickets, scoresOf(logits), DEFAULT_THRESHOLDS),
          );
        },
      ),
    );
  });

  it('does not depend on the order of candidates where no two scores are equal', () => {
    fc.assert(
      fc.property(
        fc
          .uniqueArray(fc.integer({ min: -20, max: 20 }), { minLength: 1 })
          .chain((logits) =>
            fc.tuple(
              fc.constant(logits),
              fc.shuffledSubarray(logits, { minLength: logits.length, maxLength: logits.length }),
            ),
          ),
        ([logits, shuffled]) => {
          const order = (given: readonly number[]) =>
            mergeScores(
              given.map((value) => ticketOf(`${value}`)),
              scoresOf(given),
              DEFAULT_THRESHOLDS,
            ).map(({ ticket }) => ticket.id);
          expect(order(shuffled)).toEqual(order(logits));
        },
      ),
    );
  });

  it('treats a score that is not a number as not arrived', () => {
    const [first, second] = mergeScores(
      [ticketOf('a'), ticketOf('b')],
      scoresOf([Number.NaN, -3]),
      DEFAULT_THRESHOLDS,
    );
    expect(first).toMatchObject({ ticket: { id: 'b' }, tier: 'low' });
    expect(second).toEqual({ ticket: ticketOf('a'), firstStageRank: 1, rank: 2, truncated: false });
  });
});

describe('inOrder', () => {
  it('is a whole order whatever indices it is given', () => {
    fc.assert(
      fc.property(fc.nat(20), fc.array(fc.integer({ min: -3, max: 25 })), (size, order) => {
        const tickets = Array.from({ length: size }, (_, index) => ticketOf(`${index}`));
        const ranks = inOrder(tickets, order).map(({ firstStageRank }) => firstStageRank);
        expect([...ranks].sort((a, b) => a - b)).toEqual(tickets.map((_, index) => index + 1));
        const wanted = [...new Set(order)].filter((index) => index >= 0 && index < size);
        expect(ranks.slice(0, wanted.length)).toEqual(wanted.map((index) => index + 1));
      }),
    );
  });
});
