/** How much a match is worth: reuse its handling, look at what is alike, or only know that it exists. */
export type Tier = 'high' | 'medium' | 'low';

/** Scores from which a match counts as high or medium. */
export interface Thresholds {
  readonly high: number;
  readonly medium: number;
}

/** Used where neither the host nor the model pack says otherwise. */
export const DEFAULT_THRESHOLDS: Thresholds = { high: 0.85, medium: 0.7 };

/** The tier of a score of 0…1: `score >= high` is high, `medium <= score < high` medium, all else low. */
export function tierOf(score: number, thresholds: Thresholds = DEFAULT_THRESHOLDS): Tier {
  if (score >= thresholds.high) return 'high';
  return score >= thresholds.medium ? 'medium' : 'low';
}

/** Whether nothing is worth a look. */
export function allLow(matches: readonly { readonly tier?: Tier }[]): boolean {
  return matches.every(({ tier }) => tier === undefined || tier === 'low');
}
