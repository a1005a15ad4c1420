import type { HandlingLabel, HandlingNodeKind, PathEvent } from '../../matching/index.ts';
import type { Material } from '../../tickets/ticket.ts';
import type { CaseCommand, PanelCommand } from '../keys.ts';
import type { Messages } from './messages.ts';

type NodeWord = Extract<HandlingLabel, { readonly word: unknown }>['word'];

/** The words of what is drawn once the first cases are on screen, beside all others. */
export interface LaterMessages extends Messages {
  readonly keyOf: Readonly<Record<CaseCommand | PanelCommand, string>>;
  readonly keyOfCards: string;
  readonly keyOfShortcut: string;
  readonly close: string;
  /** What the second round brought, which was made because the first brought nothing alike enough. */
  readonly secondRoundBegun: (widenings: string) => string;
  readonly quoted: (words: string) => string;
  readonly listComma: string;
  readonly secondRound: (widenings: string, found: number) => string;
  // Numbers over all similar cases
  readonly insights: string;
  readonly allInsights: string;
  readonly fewerInsights: string;
  readonly nothingToCount: string;
  /** The model is left out because nobody used the cases for weeks. */
  readonly spared: string;
  readonly turnOn: string;
  readonly cases: (count: number) => string;
  readonly ofCases: (count: number) => string;
  readonly lastDays: (days: number) => string;
  readonly before: (count: number) => string;
  readonly trend: Readonly<Record<'rising' | 'falling' | 'level', string>>;
  /** At the place of the ticket on screen. */
  readonly samePlace: (days: number) => string;
  readonly atPlace: (place: string, days: number) => string;
  /** What several cases at one place within few days ask for: to act before more people complain. */
  readonly beforeTheyComplain: string;
  /** To have several cases of one place handled as one issue. */
  readonly propose: string;
  readonly proposed: string;
  readonly saidOfProposal: {
    readonly taken: (count: number) => string;
    readonly copied: (count: number) => string;
  };
  readonly medianDays: string;
  readonly medianOf: (limit: string) => string;
  readonly daysShort: (days: string) => string;
  readonly daysBetween: (least: string, most: string) => string;
  readonly limitOfTicket: (limit: string) => string;
  readonly inTimeRate: string;
  readonly solvedRate: string;
  readonly satisfiedRate: string;
  readonly fastestUnit: string;
  readonly ofUnits: (count: number) => string;
  readonly material: (name: string) => string;
  readonly materialNeed: Readonly<Record<Material['need'], (count: number) => string>>;
  readonly tooFew: (count: number, minimum: number) => string;
  readonly treeOf: (count: number) => string;
  readonly treeHint: string;
  readonly nodes: Readonly<Record<NodeWord, string>>;
  readonly nodeKinds: Readonly<Record<HandlingNodeKind, string>>;
  readonly bestRated: string;
  readonly satisfiedOf: (satisfied: number, rated: number) => string;
  readonly pathOf: string;
  readonly caseTitle: (id: string) => string;
  readonly limit: (days: string) => string;
  readonly events: Readonly<Record<PathEvent['kind'], string>>;
  readonly dayNumber: (days: string) => string;
  readonly print: string;
  readonly back: string;
}
