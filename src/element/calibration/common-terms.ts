import { terms } from '../../terms.ts';

/** A part of a text, and whether the other text says it too. */
export interface TextPart {
  readonly text: string;
  readonly common: boolean;
}

const CJK = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

/**
 * A text in parts, those that consist of terms of the other text apart. For people who compare the two; what the model
 * looks at is another matter.
 */
export function commonParts(text: string, other: string): readonly TextPart[] {
  const known = new Set(terms(other));
  const units =
    text.match(
      /(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}])[\p{L}\p{N}])+|[\s\S]/gu,
    ) ?? [];
  const common = units.map((unit) => !CJK.test(unit) && terms(unit).some((term) => known.has(term)));
  units.slice(1).forEach((unit, index) => {
    const before = units[index] ?? '';
    if (!CJK.test(before) || !CJK.test(unit) || !terms(before + unit).some((term) => known.has(term))) return;
    common[index] = true;
    common[index + 1] = true;
  });
  const parts: { text: string; common: boolean }[] = [];
  units.forEach((unit, index) => {
    const last = parts[parts.length - 1];
    if (last && last.common === common[index]) last.text += unit;
    else parts.push({ text: unit, common: common[index] ?? false });
  });
  return parts;
}
