import type { Calibration } from '../../matching/index.ts';

/** The events of `<case-matcher-calibration>`: they bubble and cross shadow boundaries. */
export interface CalibrationEvents {
  /** Someone exports the thresholds. Cancel it to keep the file from being downloaded. */
  'calibration-export': CustomEvent<Calibration>;
}

declare global {
  interface HTMLElementEventMap extends CalibrationEvents {}
}
