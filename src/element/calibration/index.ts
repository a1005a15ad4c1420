import { CaseMatcherCalibrationElement } from './case-matcher-calibration.ts';

export type { Calibration, Judgement } from '../../matching/index.ts';
export { parseCalibration } from '../../matching/index.ts';
export type { RankedTicket } from '../ranked-ticket.ts';
export { CaseMatcherCalibrationElement } from './case-matcher-calibration.ts';
export type { CalibrationEvents } from './events.ts';
export type { CalibrationPair } from './pairs.ts';

const TAG = 'case-matcher-calibration';

// On a server there is nothing to define it in, and the first copy on a page wins.
if (typeof customElements !== 'undefined' && customElements.get(TAG) === undefined) {
  customElements.define(TAG, CaseMatcherCalibrationElement);
}
