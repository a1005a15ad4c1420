import { expect, it } from 'vitest';
import { CaseMatcherError, errorFromMessage, errorToMessage, isAbort } from '../../src/errors.ts';

it('crosses a worker whole: class, code, details and the chain of causes', () => {
  const cause = new CaseMatcherError(
    'network',
    { url: 'https://a.test/' },
    { cause: new TypeError('failed') },
  );
  const error = new CaseMatcherError('integrity', { expected: 'a', actual: 3 }, { cause });
  const copy = errorFromMessage(structuredClone(errorToMessage(error)));
  expect(copy).toBeInstanceOf(CaseMatcherError);
  expect(copy).toMatchObject({ code: 'integrity', details: error.details, message: error.message });
  expect(copy.cause).toMatchObject({ name: 'CaseMatcherError', code: 'network', details: cause.details });
  expect((copy.cause as Error).cause).toMatchObject({ name: 'TypeError', message: 'failed' });
});

it('keeps an abort an abort', () => {
  const controller = new AbortController();
  controller.abort();
  expect(isAbort(errorFromMessage(errorToMessage(controller.signal.reason)))).toBe(true);
});

it('survives what is no Error', () => {
  expect(errorFromMessage(errorToMessage('text')).message).toBe('text');
});
