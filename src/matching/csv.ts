/** Lets Excel read UTF-8 (byte order mark). */
const MARK = '\ufeff';
/**
 * What a spreadsheet takes for the beginning of a formula, full-width forms included
 * (https://owasp.org/www-community/attacks/CSV_Injection).
 */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

/**
 * A table as CSV (RFC 4180: CRLF, quotes doubled) with a byte order mark. Words that a spreadsheet would take for a formula
 * are preceded by an apostrophe; numbers stay numbers, what is undefined stays empty.
 */
export function csv(rows: readonly (readonly (string | number | undefined)[])[]): string {
  return `${MARK}${rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('')}`;
}

function cell(value: string | number | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : '';
  const harmless = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replace(/"/g, '""')}"` : harmless;
}
