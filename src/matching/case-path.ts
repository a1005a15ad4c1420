import { present } from '../tickets/present.ts';
import type { Handling, HandlingStep } from '../tickets/ticket.ts';
import { type CaseRef, caseRef } from './case-ref.ts';
import { type CaseResult, resultOf } from './case-result.ts';
import { daysBetween, daysTaken } from './days.ts';
import type { Match } from './merge.ts';

/** One event of a case, in the order in which it happened as far as the archive tells. */
export interface PathEvent {
  readonly kind: 'report' | 'step' | 'reply' | 'closed' | 'return-visit';
  /** ISO 8601, as the archive states it. */
  readonly at?: string;
  /** Who: unit or role. */
  readonly actor?: string;
  /** What: the report, the action, the reply; absent for `closed` and `return-visit`. */
  readonly text?: string;
  /** Of a `return-visit`: what the citizen said. */
  readonly result?: CaseResult;
  /** Calendar days from receipt, where both dates are stated. */
  readonly elapsed?: number;
}

/** The full path of one case, for a closer look or for print. */
export interface CasePath {
  readonly case: CaseRef;
  readonly title?: string;
  readonly unit?: string;
  readonly days?: number;
  readonly limitDays?: number;
  /** Never empty: the report at least. */
  readonly events: readonly PathEvent[];
}

/** Who did what when, from the report to the return visit. */
export function casePath(match: Match): CasePath {
  const { ticket } = match;
  const { title, text, createdAt, limitDays, handling = {} } = ticket;
  const { unit, reply, closedAt } = handling;
  const days = daysTaken(ticket);
  const result = resultOf(ticket);
  const events: PathEvent[] = [{ kind: 'report', text, ...present({ at: createdAt }) }];
  for (const { at, actor, action } of stepsInOrder(handling)) {
    events.push({
      kind: 'step',
      text: action,
      ...present({ at, actor, elapsed: daysBetween(createdAt, at) }),
    });
  }
  if (reply?.trim()) events.push({ kind: 'reply', text: reply, ...present({ actor: unit }) });
  if (closedAt !== undefined || days !== undefined) {
    events.push({ kind: 'closed', ...present({ at: closedAt, elapsed: days }) });
  }
  if (result.solved ?? result.satisfaction) events.push({ kind: 'return-visit', result });
  return { case: caseRef(match), events, ...present({ title, unit, days, limitDays }) };
}

/** The steps by date where all have one: some archives list the latest first, or in no order at all. */
export function stepsInOrder({ steps = [] }: Handling): readonly HandlingStep[] {
  const times = new Map(steps.map((step) => [step, Date.parse(step.at ?? '')]));
  if ([...times.values()].some(Number.isNaN)) return steps;
  return [...steps].sort((a, b) => (times.get(a) ?? 0) - (times.get(b) ?? 0));
}
