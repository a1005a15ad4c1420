import type { TextRange } from '../text-range.ts';

/** What can be compared: how long (in days), how much money (in yuan), how many people, how often. */
export type AmountKind = 'duration' | 'money' | 'people' | 'times';

export interface Amount extends TextRange {
  readonly kind: AmountKind;
  readonly value: number;
}

const DIGIT = '零一二三四五六七八九';
const AMOUNT =
  /(\d+(?:\.\d+)?|[零一二两三四五六七八九十百千万半]{1,12})(?:多|余|来)?(?:个)?(分钟|小时|钟头|天|日(?![常子期])|周|星期|礼拜|月|年|万元|元|块钱|块|人|名|户|次|起|minutes?|hours?|days?|weeks?|months?|years?|people|times)/g;

/** Of the unit: what it measures, and in how many of that kind's own units. */
const UNITS: ReadonlyMap<string, readonly [AmountKind, number]> = new Map([
  ['分钟', ['duration', 1 / 1440]],
  ['小时', ['duration', 1 / 24]],
  ['钟头', ['duration', 1 / 24]],
  ['天', ['duration', 1]],
  ['日', ['duration', 1]],
  ['周', ['duration', 7]],
  ['星期', ['duration', 7]],
  ['礼拜', ['duration', 7]],
  ['月', ['duration', 30]],
  ['年', ['duration', 365]],
  ['万元', ['money', 10_000]],
  ['元', ['money', 1]],
  ['块钱', ['money', 1]],
  ['块', ['money', 1]],
  ['人', ['people', 1]],
  ['名', ['people', 1]],
  ['户', ['people', 1]],
  ['次', ['times', 1]],
  ['起', ['times', 1]],
  ['minute', ['duration', 1 / 1440]],
  ['hour', ['duration', 1 / 24]],
  ['day', ['duration', 1]],
  ['week', ['duration', 7]],
  ['month', ['duration', 30]],
  ['year', ['duration', 365]],
  ['people', ['people', 1]],
  ['time', ['times', 1]],
]);

/**
 * The amounts that a folded text states. A date (5月3日, 2024年, 今年) is none: months count with 个 alone, days and years
 * only where no date is made of them.
 */
export function amountsIn(folded: string): Amount[] {
  return Array.from(folded.matchAll(AMOUNT)).flatMap(({ 0: whole, 1: number = '', 2: unit = '', index }) => {
    const [kind, size] = unitOf(unit);
    const value = numberOf(number);
    const dated =
      (unit === '月' && !whole.includes('个')) ||
      (unit === '年' && value > 100) ||
      (unit === '日' && /月$/.test(folded.slice(0, index)));
    if (dated || kind === undefined || Number.isNaN(value)) return [];
    return [{ kind, value: value * size, start: index, end: index + whole.length }];
  });
}

function unitOf(unit: string): readonly [AmountKind, number] | readonly [undefined, 0] {
  return UNITS.get(unit) ?? UNITS.get(unit.replace(/s$/, '')) ?? [undefined, 0];
}

/** A number in digits or in Chinese numerals up to 9999万; NaN where the numerals make none. */
export function numberOf(numeral: string): number {
  if (/^\d/.test(numeral)) return Number(numeral);
  if (numeral === '半') return 0.5;
  const [high, low, more] = numeral.split('万');
  if (more !== undefined) return Number.NaN;
  if (low === undefined) return belowTenThousand(high ?? '');
  return belowTenThousand(high ?? '') * 10_000 + (low === '' ? 0 : belowTenThousand(low));
}

function belowTenThousand(numeral: string): number {
  const match = /^(?:(.)千)?零?(?:(.)百)?零?(?:(.)?十)?(.)?$/u.exec(numeral);
  if (!match || numeral === '') return Number.NaN;
  const [, thousands, hundreds, tens, ones] = match;
  const tenths = /十/.test(numeral) ? (tens === undefined ? 1 : digitOf(tens)) : 0;
  const of = (digit: string | undefined) => (digit === undefined ? 0 : digitOf(digit));
  return of(thousands) * 1000 + of(hundreds) * 100 + tenths * 10 + of(ones);
}

function digitOf(digit: string): number {
  const value = digit === '两' ? 2 : DIGIT.indexOf(digit);
  return value === -1 ? Number.NaN : value;
}
