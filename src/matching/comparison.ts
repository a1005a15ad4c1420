import { rarity } from '../terms.ts';
import type { Ticket } from '../tickets/ticket.ts';
import { type Amount, type AmountKind, amountsIn } from './amounts.ts';
import type { Difference, DifferenceSide, SharedTerm, TicketRange } from './explanation.ts';
import { FoldedText, fold } from './folded-text.ts';
import { Concepts } from './lexicon/concepts.ts';
import type { Lexicon } from './lexicon/lexicon.ts';
import { lookedAt, type Mention, mentionsOf } from './mentions.ts';
import type { Segment } from './segment.ts';

/** More keywords than this nobody reads. */
const MOST_SHARED = 8;
const MOST_DIFFERENCES = 5;
/** Of the words that one ticket alone says. */
const MOST_TERMS_A_SIDE = 2;

const AMOUNT_KINDS: readonly AmountKind[] = ['duration', 'people', 'money', 'times'];

export interface ComparisonOptions {
  readonly lexicon: Lexicon;
  /** Cuts a text into words; by default with the dictionary of the browser, where it has one. */
  readonly words?: Segment;
}

/**
 * The ticket on screen beside each of the past ones of a search: the words they share and the facts in which they
 * differ. By all of the candidates it is known how much a word says. Depends on nothing but what it is given.
 */
export class Comparison {
  readonly #ticket: Said;
  readonly #concepts: Concepts;
  readonly #words: Segment | undefined;
  readonly #candidates: readonly Candidate[];
  /** How many candidates say a word, by its id. */
  readonly #saying = new Map<string, number>();
  readonly #known = new Map<Ticket, Said>();

  constructor(ticket: Ticket, candidates: readonly Ticket[], { lexicon, words }: ComparisonOptions) {
    this.#concepts = new Concepts(lexicon);
    this.#words = words;
    this.#ticket = this.#said(ticket);
    this.#candidates = candidates.map((candidate) => {
      const text = fold(`${lookedAt(candidate, 'title')}\n${lookedAt(candidate, 'text')}`);
      return { text, keys: new Set(this.#concepts.find(text).map(({ entry }) => entry?.key)) };
    });
  }

  /** What a ticket says of its matter, in the order of its fields and texts. */
  mentions(ticket: Ticket): readonly Mention[] {
    return this.#said(ticket).mentions;
  }

  /** The words that the ticket on screen and a past one share, the rarest among the candidates first. */
  shared(past: Ticket): readonly SharedTerm[] {
    const said = this.#said(past);
    const shared = [...this.#ticket.byId].flatMap(([id, inTicket]): SharedTerm[] => {
      const inPast = said.byId.get(id);
      if (inPast === undefined) return [];
      const [first, other] = [inTicket[0] as Mention, inPast[0] as Mention];
      const pastTerm = inPast.find(({ word }) => word === first.word)?.word ?? other.word;
      return [
        {
          label: first.entry?.label ?? first.word,
          term: first.word,
          pastTerm,
          ...(first.entry === undefined ? {} : { key: first.entry.key }),
          rarity: this.#rarity(first),
          inTicket: rangesOf(inTicket),
          inPast: rangesOf(inPast),
        },
      ];
    });
    return stable(shared, (a, b) => b.rarity - a.rarity).slice(0, MOST_SHARED);
  }

  /**
   * The facts in which a past ticket differs, the gravest kind first: someone hurt, another category, another amount,
   * and then the rarest words of the lexicon that one alone says.
   */
  differences(past: Ticket): readonly Difference[] {
    const said = this.#said(past);
    const only = [
      ...onlyIn(this.#ticket, said).map((mentions) => ({ mentions, side: 'ticket' as const })),
      ...onlyIn(said, this.#ticket).map((mentions) => ({ mentions, side: 'past' as const })),
    ];
    const rarityOf = ([first]: readonly Mention[]) => (first === undefined ? 0 : this.#rarity(first));
    const byRarity = stable(only, (a, b) => rarityOf(b.mentions) - rarityOf(a.mentions));
    const isSevere = ({ mentions }: (typeof only)[0]) => mentions[0]?.entry?.severe === true;
    const severe = byRarity.filter(isSevere).map(
      ({ mentions, side }): Difference => ({
        kind: 'severity',
        [side]: sideOf(mentions),
      }),
    );
    const terms = (['ticket', 'past'] as const).flatMap((side) =>
      byRarity.filter((other) => other.side === side && !isSevere(other)).slice(0, MOST_TERMS_A_SIDE),
    );
    return [
      ...severe,
      ...categoryDifference(this.#ticket.ticket, past),
      ...AMOUNT_KINDS.flatMap((kind) => amountDifference(kind, this.#ticket, said)),
      ...byRarity
        .filter((other) => terms.includes(other))
        .map(({ mentions, side }): Difference => ({ kind: 'term', [side]: sideOf(mentions) })),
    ].slice(0, MOST_DIFFERENCES);
  }

  #rarity({ id, entry }: Mention): number {
    let saying = this.#saying.get(id);
    if (saying === undefined) {
      const says = ({ text, keys }: Candidate) => (entry ? keys.has(entry.key) : text.includes(id));
      saying = this.#candidates.filter(says).length;
      this.#saying.set(id, saying);
    }
    return rarity(this.#candidates.length, saying);
  }

  #said(ticket: Ticket): Said {
    const known = this.#known.get(ticket);
    if (known !== undefined) return known;
    const mentions = mentionsOf(ticket, this.#concepts, this.#words);
    const byId = new Map<string, Mention[]>();
    for (const mention of mentions) {
      const same = byId.get(mention.id);
      if (same === undefined) byId.set(mention.id, [mention]);
      else same.push(mention);
    }
    const said = { ticket, mentions, byId };
    this.#known.set(ticket, said);
    return said;
  }
}

/** What is known of each candidate: no more than it takes to count who says a word. */
interface Candidate {
  readonly text: string;
  readonly keys: ReadonlySet<string | undefined>;
}

/** What a ticket says, by what its words mean; in the order of their first places. */
interface Said {
  readonly ticket: Ticket;
  readonly mentions: readonly Mention[];
  readonly byId: ReadonlyMap<string, readonly Mention[]>;
}

/** The entries of the lexicon that `one` says and `other` does not. Words it does not know are mostly chance. */
function onlyIn(one: Said, other: Said): (readonly Mention[])[] {
  return [...one.byId.values()].filter(([first]) => first?.entry !== undefined && !other.byId.has(first.id));
}

function categoryDifference({ category: one = [] }: Ticket, { category: other = [] }: Ticket): Difference[] {
  const [ticket, past] = [one[one.length - 1], other[other.length - 1]];
  if (ticket === undefined || past === undefined || ticket === past) return [];
  return [{ kind: 'category', ticket: { text: ticket, ranges: [] }, past: { text: past, ranges: [] } }];
}

/** Of several amounts of a kind the largest counts: a lift that was stuck for minutes and out of order for weeks. */
function amountDifference(kind: AmountKind, one: Said, other: Said): Difference[] {
  const [ticket, past] = [largestAmount(one.ticket, kind), largestAmount(other.ticket, kind)];
  if (ticket === undefined || past === undefined || ticket.value === past.value) return [];
  return [{ kind: 'amount', ticket: ticket.side, past: past.side }];
}

function largestAmount(
  ticket: Ticket,
  kind: AmountKind,
): { value: number; side: DifferenceSide } | undefined {
  let largest: (Pick<Amount, 'value'> & { side: DifferenceSide }) | undefined;
  for (const field of ['title', 'text'] as const) {
    const original = lookedAt(ticket, field);
    const folded = new FoldedText(original);
    for (const amount of amountsIn(folded.text)) {
      if (amount.kind !== kind || amount.value <= (largest?.value ?? 0)) continue;
      const range = folded.original(amount);
      const text = original.slice(range.start, range.end);
      largest = { value: amount.value, side: { text, ranges: [{ field, ...range }] } };
    }
  }
  return largest;
}

function sideOf(mentions: readonly Mention[]): DifferenceSide {
  return { text: mentions[0]?.word ?? '', ranges: rangesOf(mentions) };
}

/** Without overlap: where words are pairs of characters, neighbours become one range. */
function rangesOf(mentions: readonly Mention[]): TicketRange[] {
  const ranges: TicketRange[] = [];
  for (const { field, start, end } of mentions) {
    const last = ranges[ranges.length - 1];
    if (last !== undefined && last.field === field && start < last.end) {
      ranges[ranges.length - 1] = { field, start: last.start, end: Math.max(end, last.end) };
    } else ranges.push({ field, start, end });
  }
  return ranges;
}

/** Sorted, equals in the order given (`Array.prototype.sort` is stable from Chromium 70 on). */
function stable<T>(items: readonly T[], compare: (a: T, b: T) => number): T[] {
  return [...items].sort(compare);
}
