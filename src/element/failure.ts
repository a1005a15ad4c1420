import { CaseMatcherError } from '../errors.ts';
import type { FailureCode } from './events.ts';
import type { Messages } from './locales/index.ts';

export function failureCode(error: unknown): FailureCode {
  return error instanceof CaseMatcherError ? error.code : 'unexpected';
}

/** What went wrong in plain words. Messages of errors that are not ours stay unread: they may hold anything. */
export function failureWords(error: unknown, messages: Messages): string {
  if (!(error instanceof CaseMatcherError)) return messages.errors.unexpected;
  if (error.code === 'invalid-input' && error.details.field === 'model') return messages.noModel;
  if (error.code === 'invalid-input' && error.details.field === 'source') return messages.noSource;
  const { status } = error.details;
  const words = messages.errors[error.code];
  return error.code === 'http' && typeof status === 'number' ? `${words} (HTTP ${status})` : words;
}
