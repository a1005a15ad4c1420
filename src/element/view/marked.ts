import { html, type TemplateResult } from 'lit';
import type { TextRange } from '../../text-range.ts';

/** What is marked in a text: the sentences that carry the match, and the words both tickets share. */
export interface Marks {
  readonly evidence: readonly TextRange[];
  readonly terms: readonly TextRange[];
}

/** A piece of a text with all that is marked on it. */
interface Piece {
  readonly text: string;
  readonly evidence: boolean;
  readonly term: boolean;
}

/** A text with its marks, as text nodes and `<mark>`: never as HTML. Ranges may overlap; what lies outside is passed over. */
export function marked(text: string, marks: Marks): (string | TemplateResult)[] {
  return pieces(text, marks).map(({ text: words, evidence, term }) =>
    evidence || term
      ? html`<mark class="${evidence ? 'evidence' : ''} ${term ? 'term' : ''}" part="mark">${words}</mark>`
      : words,
  );
}

/** The text cut wherever a mark begins or ends. */
export function pieces(text: string, { evidence, terms }: Marks): readonly Piece[] {
  const cuts = new Set([0, text.length]);
  for (const { start, end } of [...evidence, ...terms]) {
    for (const cut of [start, end]) if (cut > 0 && cut < text.length) cuts.add(cut);
  }
  const order = [...cuts].sort((a, b) => a - b);
  return order.slice(1).map((end, index) => {
    const start = order[index] ?? 0;
    return { text: text.slice(start, end), evidence: covers(evidence, start), term: covers(terms, start) };
  });
}

/** The same marks in the part of the text that begins at `from`. */
export function marksFrom({ evidence, terms }: Marks, from: number): Marks {
  const shift = ({ start, end }: TextRange) => ({ start: start - from, end: end - from });
  return { evidence: evidence.map(shift), terms: terms.map(shift) };
}

function covers(ranges: readonly TextRange[], at: number): boolean {
  return ranges.some(({ start, end }) => start <= at && at < end);
}
