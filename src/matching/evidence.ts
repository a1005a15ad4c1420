import { splitSentences } from '../sentences.ts';
import type { TextRange } from '../text-range.ts';
import type { Ticket } from '../tickets/ticket.ts';
import type { Evidence, EvidenceSentence, SharedTerm, TicketRange } from './explanation.ts';
import type { Ranker } from './ranker.ts';

/** A longer sentence is cut at its commas: many reports are one sentence from end to end. */
const LONG_SENTENCE = 40;
/** Shorter clauses stay with the next one: by itself 无人管 says too little. */
const SHORT_CLAUSE = 12;
/** Of a longer report only so many parts are read: those that share the most. */
const MOST_PARTS = 8;
const MOST_SENTENCES = 2;
/** A second sentence counts if its score is at least so large a part of the best one's. */
const CLOSE = 0.5;

export interface EvidenceOptions {
  readonly ranker: Ranker;
  /** What the ranking was asked with, to the letter: the engine still holds it. */
  readonly query: string;
  readonly instruction?: string;
  /** Where the past ticket says something: greetings and pleas (请尽快处理) carry no match, whatever a model says. */
  readonly mentions: readonly TicketRange[];
  /** Of many parts those are read that share rare words. */
  readonly shared: readonly SharedTerm[];
  readonly signal: AbortSignal;
}

/**
 * The sentences of a past ticket that carry its match, by the same model and the same query as the ranking. Of a ticket
 * whose text is blank its title. Rejects as the ranker does.
 */
export async function evidenceOf(past: Ticket, options: EvidenceOptions): Promise<Evidence> {
  const { ranker, query, instruction, mentions, shared, signal } = options;
  const parts = worthReading(sayingSomething(partsOf(past), mentions), shared);
  if (parts.length === 0) return [];
  const documents = parts.map(({ field, start, end }, index) => ({
    id: String(index),
    text: (past[field] ?? '').slice(start, end),
  }));
  const ranked = await ranker.rank(query, documents, {
    ...(instruction === undefined ? {} : { instruction }),
    settle: documents.length,
    signal,
  });
  const scored = ranked.flatMap(({ id, score, logit }): EvidenceSentence[] => {
    const part = parts[Number(id)];
    return part !== undefined && Number.isFinite(logit) && Number.isFinite(score)
      ? [{ ...part, score, logit }]
      : [];
  });
  scored.sort((a, b) => b.logit - a.logit || a.start - b.start);
  const least = (scored[0]?.score ?? 0) * CLOSE;
  return scored.filter(({ score }) => score >= least).slice(0, MOST_SENTENCES);
}

/** The sentences of a ticket's text, and the clauses of the long ones, without the blanks around them. */
export function partsOf({ title = '', text = '' }: Partial<Ticket>): TicketRange[] {
  const field = text.trim() === '' ? 'title' : 'text';
  const whole = field === 'text' ? text : title;
  return splitSentences(whole)
    .flatMap((sentence) => clausesOf(whole, sentence))
    .map((range) => trimmed(whole, range))
    .filter(({ start, end }) => /[\p{L}\p{N}]/u.test(whole.slice(start, end)))
    .map((range) => ({ field, ...range }));
}

function clausesOf(text: string, { start, end }: TextRange): TextRange[] {
  if (end - start <= LONG_SENTENCE) return [{ start, end }];
  const clauses: TextRange[] = [];
  for (const { 0: clause, index } of text.slice(start, end).matchAll(/[^，,、]*[，,、]+|[^，,、]+$/g)) {
    const next = { start: start + index, end: start + index + clause.length };
    const last = clauses[clauses.length - 1];
    if (
      last !== undefined &&
      (last.end - last.start < SHORT_CLAUSE || next.end - next.start < SHORT_CLAUSE / 2)
    ) {
      clauses[clauses.length - 1] = { start: last.start, end: next.end };
    } else clauses.push(next);
  }
  return clauses;
}

function trimmed(text: string, { start, end }: TextRange): TextRange {
  const part = text.slice(start, end);
  const before = part.length - part.trimStart().length;
  return { start: start + before, end: Math.max(start + before, start + part.trimEnd().length) };
}

/** All of them where none does: a ticket in words unknown. */
function sayingSomething(
  parts: readonly TicketRange[],
  mentions: readonly TicketRange[],
): readonly TicketRange[] {
  const saying = parts.filter((part) => mentions.some((mention) => isWithin(mention, part)));
  return saying.length > 0 ? saying : parts;
}

/** The parts in which the rarest shared words are, in the order of the text. */
function worthReading(parts: readonly TicketRange[], shared: readonly SharedTerm[]): readonly TicketRange[] {
  if (parts.length <= MOST_PARTS) return parts;
  const weights = new Map(parts.map((part) => [part, weightOf(part, shared)]));
  const best = [...parts].sort((a, b) => (weights.get(b) ?? 0) - (weights.get(a) ?? 0)).slice(0, MOST_PARTS);
  return parts.filter((part) => best.includes(part));
}

function weightOf(part: TicketRange, shared: readonly SharedTerm[]): number {
  const isInPart = (range: TicketRange) => isWithin(range, part);
  return shared.reduce((sum, { inPast, rarity }) => sum + (inPast.some(isInPart) ? rarity : 0), 0);
}

function isWithin(inner: TicketRange, outer: TicketRange): boolean {
  return inner.field === outer.field && inner.start >= outer.start && inner.end <= outer.end;
}
