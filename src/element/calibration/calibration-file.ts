import { CaseMatcherError } from '../../errors.ts';
import type { Calibration } from '../../matching/index.ts';
import type { CalibrationMessages } from './locales/index.ts';

/** Has the browser save a calibration as a file. */
export function saveFile(calibration: Calibration): void {
  const text = `${JSON.stringify(calibration, null, 2)}\n`;
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = 'case-matcher-calibration.json';
  link.click();
  // The download has begun by then.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** Why a file was not taken, in plain words. */
export function fileFailure(error: unknown, { importFailed }: CalibrationMessages): string {
  if (!(error instanceof CaseMatcherError)) return importFailed['not-json'];
  return error.details['reason'] === 'other-model' ? importFailed['other-model'] : importFailed.invalid;
}
