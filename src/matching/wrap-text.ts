/** Closing marks do not begin a line, opening ones do not end it (GB/T 15834). */
const CLOSING = /^[，。、；：？！）》」』”’…·,.;:?!)\]}%]$/u;
/** From here on, characters are as wide as they are high. */
const WIDE =
  /^[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]$/u;
const ELLIPSIS = '…';

/**
 * A text in lines of at most `width` ems, for SVG, which does not break lines. Widths are estimates that are rather too
 * large: 1 em for Chinese, Japanese and Korean characters, 0.6 for others (0.7 for capitals, 0.3 for blanks). Chinese breaks
 * anywhere but before a closing mark, other scripts between words, and inside words that are longer than a line.
 * @returns at least one line, at most `most`; the last ends in an ellipsis where the text goes on.
 */
export function wrapText(text: string, width: number, most: number): readonly string[] {
  const lines: string[] = [];
  let rest = Array.from(text.replace(/\s+/gu, ' ').trim());
  do {
    const length = lines.length === most - 1 ? lastLine(rest, width) : lineLength(rest, width);
    const cut = length < rest.length;
    const line = rest.slice(0, length).join('').trim();
    lines.push(cut && lines.length === most - 1 ? `${line}${ELLIPSIS}` : line);
    rest = cut ? rest.slice(length) : [];
    while (rest[0] === ' ') rest.shift();
  } while (rest.length > 0 && lines.length < most);
  return lines;
}

/** How wide a text is, in ems. */
export function textWidth(text: string): number {
  return Array.from(text).reduce((sum, character) => sum + widthOf(character), 0);
}

/** How many characters fit into a line and may end it; at least one. */
function lineLength(characters: readonly string[], width: number): number {
  const fits = fitting(characters, width);
  if (fits >= characters.length) return fits;
  for (let end = fits; end > 0; end--) if (mayBreak(characters[end - 1], characters[end])) return end;
  return fits;
}

/** All that is left if it fits, else as much as fits before an ellipsis. */
function lastLine(characters: readonly string[], width: number): number {
  const fits = fitting(characters, width);
  return fits >= characters.length ? fits : fitting(characters, width - 1);
}

function fitting(characters: readonly string[], width: number): number {
  let used = 0;
  const over = characters.findIndex((character) => {
    used += widthOf(character);
    return used > width + 1e-9;
  });
  return Math.max(1, over < 0 ? characters.length : over);
}

function mayBreak(before = '', after = ''): boolean {
  if (CLOSING.test(after)) return false;
  return before === ' ' || after === ' ' || WIDE.test(before) || WIDE.test(after) || before === '-';
}

function widthOf(character: string): number {
  if (character === ' ') return 0.3;
  if (WIDE.test(character) || character === ELLIPSIS) return 1;
  return /\p{Lu}/u.test(character) ? 0.7 : 0.6;
}
