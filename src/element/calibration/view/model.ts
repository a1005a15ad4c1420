import type { JudgedPair, Thresholds, Tier } from '../../../matching/index.ts';
import type { CalibrationMessages } from '../locales/index.ts';
import type { CalibrationPair } from '../pairs.ts';

/** Everything the views draw from; they hold no state of their own. */
export interface CalibrationPanel {
  readonly messages: CalibrationMessages;
  /** Words under the heading: what is going on. */
  readonly status: string;
  /** What went wrong, in plain words. */
  readonly problem: string | undefined;
  readonly pairs: readonly CalibrationPair[];
  /** How many there are to judge, those judged at another time included. */
  readonly total: number;
  readonly judged: readonly JudgedPair[];
  readonly current: CalibrationPair | undefined;
  readonly canUndo: boolean;
  readonly thresholds: Thresholds;
  readonly thresholdsMoved: boolean;
  readonly modelKnown: boolean;
  /** What became of the last export or import. */
  readonly fileNote: string;
  /** Text of the live region. */
  readonly announcement: string;
  readonly actions: CalibrationActions;
}

export interface CalibrationActions {
  judge(relevant: boolean): void;
  putOff(): void;
  undo(): void;
  move(tier: Exclude<Tier, 'low'>, score: number): void;
  reset(): void;
  export(): void;
  import(file: File): void;
  retry(): void;
}
