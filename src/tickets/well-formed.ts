/**
 * `text` without what breaks encoders further on: lone surrogates become U+FFFD (`String.prototype.toWellFormed`
 * is newer than Chromium 91), NUL characters go.
 */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\uFFFD').replaceAll('\0', '');
}
