/**
 * What a hotline's words mean: which of them mean the same, and what is the broader thing. The relations are those of
 * SKOS (https://www.w3.org/TR/skos-reference/): preferred label, alternative labels, broader.
 */
export interface Lexicon {
  /** BCP 47. */
  readonly language: string;
  readonly entries: readonly LexiconEntry[];
  /** Words that say nothing about a case: 请问, 希望, 有关部门… */
  readonly stopWords: readonly string[];
}

export interface LexiconEntry {
  /** Names the entry in reports, so that these need no text: small letters, digits and hyphens. */
  readonly key: string;
  /** The class of hotline matters that it belongs to: 特种设备, 水电气热…; 通用 or general for what fits any of them. */
  readonly class: string;
  /** What offices call it. */
  readonly label: string;
  /** What people call it as well. No word is in two entries. */
  readonly synonyms?: readonly string[];
  /** Keys of entries that together mean it, said in one clause in any order: 电梯 and 卡顿. */
  readonly parts?: readonly string[];
  /** Key of the entry for the broader thing: 电梯故障 → 特种设备故障. */
  readonly broader?: string;
  /** Whether a ticket that says this is a graver one: someone hurt, something burning. */
  readonly severe?: boolean;
}
