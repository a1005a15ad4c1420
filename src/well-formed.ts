/**
 * `text` with lone surrogates, which break encoders, as U+FFFD (`String.prototype.toWellFormed` is newer than
 * Chromium 91).
 */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\uFFFD');
}
