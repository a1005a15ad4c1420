import { html, nothing, type TemplateResult } from 'lit';
import type { Difference, Explanation, Match, SharedTerm } from '../../matching/index.ts';
import type { TextRange } from '../../text-range.ts';
import type { Messages } from '../locales/index.ts';
import { type Marks, marked, marksFrom } from './marked.ts';
import type { Panel } from './model.ts';

/** Characters that surely fit the lines of an excerpt: evidence further on moves to its beginning. */
const EXCERPT = 44;
/** Words shown on a card; unfolded it shows all. */
const FEW = 6;

/** Why a case is shown, in one line: what both tickets say, what only one says, or by which wider words it was found. */
export function whyLine(match: Match, panel: Panel, all: boolean): TemplateResult {
  const { messages } = panel;
  const explanation = panel.explanations.get(match.firstStageRank);
  const widened = match.widenings ?? [];
  const shared = (explanation?.shared ?? []).slice(0, all ? undefined : FEW);
  const differences = explanation?.differences ?? [];
  return html`<p class="why" part="why">
    ${
      widened.length > 0
        ? html`<span class="label">${messages.widened}</span>${widened.map(
            ({ from, to }) =>
              html`<span class="chip widened" part="chip">${messages.widenedTo(from, to)}</span>`,
          )}`
        : nothing
    }
    ${
      shared.length > 0
        ? html`<span class="label">${messages.shared}</span>${shared.map((term) => sharedChip(term, messages))}`
        : nothing
    }
    ${
      differences.length > 0
        ? html`<span class="label">${messages.differs}</span>${differences.map((one) => differenceChip(one, messages))}`
        : nothing
    }
  </p>`;
}

function sharedChip({ term, pastTerm }: SharedTerm, messages: Messages): TemplateResult {
  const same = term === pastTerm;
  return html`<span class="chip" part="chip" title=${same ? nothing : messages.synonyms(term, pastTerm)}
    >${same ? term : html`${term}<span class="muted"> ≈ </span>${pastTerm}`}</span
  >`;
}

function differenceChip({ kind, ticket, past }: Difference, messages: Messages): TemplateResult {
  const words = [
    ...(ticket ? [messages.inTicket(ticket.text)] : []),
    ...(past ? [messages.inPast(past.text)] : []),
  ].join('，');
  const shown = ticket && past ? `${past.text} ↔ ${ticket.text}` : words;
  return html`<span class="chip differs" part="chip" title="${messages.difference[kind]}：${words}">${shown}</span>`;
}

/** The report in a few lines: from the sentence that carries the match, where that would not be seen else. */
export function excerpt(match: Match, panel: Panel): TemplateResult {
  const { text } = match.ticket;
  const marks = marksOf(match, 'text', panel);
  const from = excerptStart(text, marks.evidence[0]);
  return html`${from > 0 ? '…' : nothing}${marked(text.slice(from), marksFrom(marks, from))}`;
}

/**
 * Where an excerpt begins so that the evidence is seen: at a clause, at the latest with the evidence, and not so late that
 * lines stay empty.
 */
export function excerptStart(text: string, evidence: TextRange | undefined): number {
  if (!evidence || evidence.end <= EXCERPT) return 0;
  const earliest = Math.min(evidence.start, text.length - EXCERPT);
  if (earliest <= 0) return 0;
  const clause = text.slice(earliest - 1, evidence.start).search(/[，。；：！？,;:!?\s]/);
  return clause < 0 ? evidence.start : earliest + clause;
}

/** A whole text of a case with its marks. */
export function markedField(
  match: Match,
  field: 'title' | 'text',
  panel: Panel,
): (string | TemplateResult)[] {
  return marked(match.ticket[field] ?? '', marksOf(match, field, panel));
}

function marksOf(match: Match, field: 'title' | 'text', { explanations }: Panel): Marks {
  const explanation: Explanation | undefined = explanations.get(match.firstStageRank);
  const inField = (range: { readonly field: string }) => range.field === field;
  return {
    evidence: (explanation?.evidence ?? []).filter(inField),
    terms: (explanation?.shared ?? []).flatMap(({ inPast }) => inPast).filter(inField),
  };
}
