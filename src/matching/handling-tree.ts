import { terms } from '../terms.ts';
import { present } from '../tickets/present.ts';
import type { Satisfaction, Solved, Ticket } from '../tickets/ticket.ts';
import { stepsInOrder } from './case-path.ts';
import { type CaseRef, caseRef } from './case-ref.ts';
import { byRating, type CaseResult, resultOf } from './case-result.ts';
import { type DaysRange, daysBetween, daysRange, daysTaken } from './days.ts';
import { dice, plain } from './likeness.ts';
import type { Match } from './merge.ts';

/** The levels of a handling tree, from its root to its leaves. Actions may follow each other; the others come once. */
export type HandlingNodeKind = 'problem' | 'unit' | 'action' | 'result';

/**
 * What a node is called: words of the archive, or one of these that the drawer has words for, where the archive is
 * silent: `problem` (the root without a category in common), `unnamed-unit`, `replied` (no steps, but a reply), `closed`
 * (no steps, no reply, but an end), `outcome` (read it from `result`).
 */
export type HandlingLabel =
  | { readonly text: string }
  | { readonly word: 'problem' | 'unnamed-unit' | 'replied' | 'closed' | 'outcome' };

/** One or several cases that went the same way up to here. */
export interface HandlingNode {
  /** Unique within the tree and stable for equal input: the child indices from the root, `0`, `0.1`, `0.1.0`, …. */
  readonly id: string;
  readonly kind: HandlingNodeKind;
  /** As the best case that passes says it. */
  readonly label: HandlingLabel;
  /** Every wording that was merged here, the label first; empty where the label is none of the archive's. */
  readonly wordings: readonly string[];
  /** The cases that pass, best match first; never empty. */
  readonly cases: readonly CaseRef[];
  /** How the cases that pass ended: what to write on the branch that leads here. */
  readonly outcome: BranchOutcome;
  /** Calendar days from receipt to this action, of the cases that state both. Actions alone. */
  readonly elapsed?: DaysRange;
  /** Of a `result`: what all its cases have in common. */
  readonly result?: CaseResult;
  /** Whether the best-rated case passes. */
  readonly best: boolean;
  /** Those with more cases first, then by the best match among their cases. */
  readonly children: readonly HandlingNode[];
}

/** How the cases of a branch ended. Counts leave out cases that do not state it. */
export interface BranchOutcome {
  /** Days from receipt to closing; absent where no case states them. */
  readonly days?: DaysRange;
  readonly solved: Readonly<Record<Solved, number>>;
  readonly satisfaction: Readonly<Record<Exclude<Satisfaction, 'unrated'>, number>>;
}

export interface HandlingTree {
  readonly root: HandlingNode;
  /** The best-rated case: solved, then satisfaction, then days against its limit, days, score (see {@link byRating}). */
  readonly best: CaseRef;
  /** The cases in the tree, best match first. */
  readonly cases: readonly CaseRef[];
}

/**
 * The handling of several cases as one decision tree: problem → unit → actions → result. Steps that cases have in
 * common, as long as all before them are common too, are one node: units of the same name, actions that are alike
 * ({@link areAlike}), results that are equal. Any field may be missing. Depends on the set of matches alone, not on
 * their order in the array.
 * @param matches those to compare, e.g. the three best; undefined is returned for none.
 */
export function handlingTree(matches: readonly Match[]): HandlingTree | undefined {
  const inOrder = [...matches].sort((a, b) => a.rank - b.rank || a.firstStageRank - b.firstStageRank);
  const best = [...inOrder].sort(byRating)[0];
  if (!best) return undefined;
  const ways = inOrder.map((match) => ({ match, stations: stationsOf(match.ticket) }));
  const label = problemOf(inOrder.map(({ ticket }) => ticket));
  const root = nodeOf({ kind: 'problem', label }, ways, 0, { id: '0', best });
  return { root, best: caseRef(best), cases: inOrder.map(caseRef) };
}

/** A stop on a case's way; the root is none. */
interface Station {
  readonly kind: HandlingNodeKind;
  readonly label: HandlingLabel;
  readonly elapsed?: number;
  readonly result?: CaseResult;
}

interface Way {
  readonly match: Match;
  readonly stations: readonly Station[];
}

function stationsOf(ticket: Ticket): readonly Station[] {
  const { createdAt, handling = {} } = ticket;
  const steps = stepsInOrder(handling);
  const unit = (handling.unit ?? steps.find(({ actor }) => actor)?.actor)?.trim();
  const actions = steps.map(
    ({ at, action }): Station => ({
      kind: 'action',
      label: { text: action },
      ...present({ elapsed: daysBetween(createdAt, at) }),
    }),
  );
  const end = handling.reply?.trim()
    ? 'replied'
    : (handling.closedAt ?? daysTaken(ticket)) === undefined
      ? undefined
      : 'closed';
  return [
    { kind: 'unit', label: unit ? { text: unit } : { word: 'unnamed-unit' } },
    ...(actions.length === 0 && end ? [{ kind: 'action', label: { word: end } } as const] : actions),
    { kind: 'result', label: { word: 'outcome' }, result: resultOf(ticket) },
  ];
}

function nodeOf(station: Station, ways: readonly Way[], depth: number, at: Spot): HandlingNode {
  const { kind, label, result } = station;
  const here = depth === 0 ? [station] : ways.flatMap(({ stations }) => stations[depth - 1] ?? []);
  const elapsed = daysRange(here.flatMap((one) => one.elapsed ?? []));
  const wordings = new Set(here.flatMap((one) => ('text' in one.label ? one.label.text : [])));
  return {
    id: at.id,
    kind,
    label,
    wordings: [...wordings],
    cases: ways.map(({ match }) => caseRef(match)),
    outcome: outcomeOf(ways.map(({ match }) => match.ticket)),
    best: ways.some(({ match }) => match === at.best),
    children: forksOf(ways, depth).map((fork, index) =>
      nodeOf(fork.station, fork.ways, depth + 1, { ...at, id: `${at.id}.${index}` }),
    ),
    ...present({ elapsed, result }),
  };
}

interface Spot {
  readonly id: string;
  readonly best: Match;
}

/** Those who go the same way next, in the order of the tree's children. */
function forksOf(ways: readonly Way[], depth: number): { readonly station: Station; readonly ways: Way[] }[] {
  const forks: { readonly station: Station; readonly members: Station[]; readonly ways: Way[] }[] = [];
  for (const way of ways) {
    const station = way.stations[depth];
    if (!station) continue;
    // All of a fork are alike, not only neighbours in a chain.
    const fork = forks.find(({ members }) => members.every((member) => isSame(member, station)));
    if (fork) {
      fork.members.push(station);
      fork.ways.push(way);
    } else forks.push({ station, members: [station], ways: [way] });
  }
  return forks.sort((a, b) => b.ways.length - a.ways.length);
}

function isSame(a: Station, b: Station): boolean {
  if (a.kind !== b.kind) return false;
  if (a.kind === 'result') {
    return a.result?.solved === b.result?.solved && a.result?.satisfaction === b.result?.satisfaction;
  }
  if ('word' in a.label || 'word' in b.label) {
    return 'word' in a.label && 'word' in b.label && a.label.word === b.label.word;
  }
  if (a.kind === 'unit') return plain(a.label.text) === plain(b.label.text);
  return areAlike(a.label.text, b.label.text);
}

/**
 * Whether two actions are the same step in other words: equal but for spelling; or with a Dice coefficient of their terms
 * of at least 2/3 (责令退款 ~ 责令退费); or one says all that the other does and at most four times as much (回访 ~ 回访家长, 调取监控 ~
 * 到园调取监控). Never where they differ in a number or in being negated.
 */
export function areAlike(a: string, b: string): boolean {
  if (plain(a) === plain(b)) return true;
  if (factsOf(a) !== factsOf(b)) return false;
  const [left, right] = [new Set(terms(a)), new Set(terms(b))];
  const alike = dice(left, right);
  const contains = (all: ReadonlySet<string>, some: ReadonlySet<string>) =>
    [...some].every((term) => all.has(term));
  return alike >= 2 / 3 || (alike >= 0.4 && (contains(left, right) || contains(right, left)));
}

/** Numbers and negations: a word's difference that changes everything. */
function factsOf(text: string): string {
  return (plain(text).match(/\d+|[不未无没非拒免勿]/g) ?? []).sort().join(' ');
}

function problemOf(tickets: readonly Ticket[]): HandlingLabel {
  const narrowest = new Set(tickets.map(({ category }) => category?.[category.length - 1]));
  const [text] = narrowest;
  return narrowest.size === 1 && text !== undefined ? { text } : { word: 'problem' };
}

function outcomeOf(tickets: readonly Ticket[]): BranchOutcome {
  const solved = { yes: 0, partly: 0, no: 0 };
  const satisfaction = { satisfied: 0, fairly: 0, dissatisfied: 0 };
  for (const result of tickets.map(resultOf)) {
    if (result.solved) solved[result.solved]++;
    if (result.satisfaction) satisfaction[result.satisfaction]++;
  }
  const days = daysRange(tickets.flatMap((ticket) => daysTaken(ticket) ?? []));
  return { solved, satisfaction, ...present({ days }) };
}
