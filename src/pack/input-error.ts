import { CaseMatcherError } from '../errors.ts';

/** The one kind of error of this room: something given to the packer cannot be worked with. */
export function inputError(field: string, reason: string, cause?: unknown): CaseMatcherError {
  return new CaseMatcherError('invalid-input', { field, reason }, cause === undefined ? {} : { cause });
}
