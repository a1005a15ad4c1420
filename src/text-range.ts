/** A part of a text, as `text.slice(start, end)` takes it: UTF-16 code units, never half a surrogate pair. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}
