/** One way in which a query was widened. */
export interface Widening {
  /** Key of the lexicon's entry that was found in the ticket; `category` for the ticket's own category. */
  readonly key: string;
  /** What the ticket says: 电梯卡顿, or its narrowest category. */
  readonly from: string;
  /** What was looked for as well: 特种设备故障, or the parent of the category. */
  readonly to: string;
}

/** What a widening brought, without text, so that it may be kept and added up. */
export interface WideningCount {
  readonly key: string;
  /** Past tickets that only the widened query found and that say the broader thing. */
  readonly found: number;
  /** Those of them that count as medium or high against the widened query. */
  readonly helped: number;
}

/** The second round of a search whose first one brought nothing of the medium tier. */
export interface Generalisation {
  /** Never empty. */
  readonly widenings: readonly Widening[];
  /** What the model was asked in the second round. */
  readonly query: string;
  /** Past tickets that only the second round found. 0 until they are known. */
  readonly found: number;
  /** In the order of the widenings; empty until the round is over. */
  readonly counts: readonly WideningCount[];
  /** Why the second round broke off; what the first one gave stands. */
  readonly error?: unknown;
}

/** Counts of several searches, one for each key, in the order in which the keys first came: which widenings help. */
export function sumWidenings(counts: readonly WideningCount[]): readonly WideningCount[] {
  const sums = new Map<string, WideningCount>();
  for (const { key, found, helped } of counts) {
    const sum = sums.get(key);
    sums.set(key, { key, found: (sum?.found ?? 0) + found, helped: (sum?.helped ?? 0) + helped });
  }
  return [...sums.values()];
}
