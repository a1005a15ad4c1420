/** Every word that the calibration view says, in one language. Numbers come formatted. */
export interface CalibrationMessages {
  /** BCP 47. */
  readonly language: string;
  readonly heading: string;
  readonly intro: string;

  // Collecting pairs
  readonly nothingGiven: string;
  readonly loading: (percent: string) => string;
  readonly collecting: (done: number, total: number) => string;
  readonly collected: (pairs: number, tickets: number) => string;
  readonly noPairs: string;
  readonly retry: string;

  // Judging
  readonly judging: string;
  readonly question: string;
  readonly progress: (judged: number, pairs: number) => string;
  readonly ticket: string;
  readonly past: string;
  readonly handled: string;
  readonly common: string;
  readonly yes: string;
  readonly no: string;
  readonly later: string;
  readonly undo: string;
  readonly allJudged: string;
  readonly judgedYes: string;
  readonly judgedNo: string;
  readonly putOff: string;
  readonly takenBack: string;
  readonly nowJudging: (title: string) => string;

  // Thresholds
  readonly thresholds: string;
  readonly tiers: { readonly high: string; readonly medium: string };
  readonly threshold: string;
  readonly precision: string;
  readonly precisionHint: string;
  readonly coverage: string;
  readonly coverageHint: string;
  readonly reached: string;
  readonly reachedHint: string;
  readonly of: (part: number, all: number) => string;
  readonly interval: (low: string, high: string) => string;
  readonly none: string;
  readonly curve: (points: number) => string;
  readonly curveEmpty: string;
  readonly sampleHint: string;
  readonly resetThresholds: string;

  // Configuration
  readonly export: string;
  readonly exported: string;
  readonly noModelName: string;
  readonly import: string;
  readonly imported: (judgements: number) => string;
  readonly importFailed: Readonly<Record<'not-json' | 'other-model' | 'invalid', string>>;
  readonly kept: string;
}
