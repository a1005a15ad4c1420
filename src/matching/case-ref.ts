import type { Match } from './merge.ts';

/**
 * A case behind a number or a node. `firstStageRank` is its key within a run; ids need not be unique, but are what a
 * host knows a case by.
 */
export interface CaseRef {
  readonly id: string;
  readonly firstStageRank: number;
}

/** The reference to a match. */
export function caseRef({ ticket, firstStageRank }: Match): CaseRef {
  return { id: ticket.id, firstStageRank };
}
