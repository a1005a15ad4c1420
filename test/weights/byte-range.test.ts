import { describe, expect, it } from 'vitest';
import { beginningOf, rangeFrom } from '../../src/weights/byte-range.ts';

const URL = 'https://model.test/file';
const facts = { size: 100, version: '"v1"', hashed: false };

describe('asking for the rest of a file', () => {
  it.each([
    ['a strong ETag', { ...facts }, '"v1"'],
    ['a date', { ...facts, version: 'Thu, 01 Jan 2026 00:00:30 GMT' }, 'Thu, 01 Jan 2026 00:00:30 GMT'],
  ])('is safe by %s', (_, known, validator) => {
    expect(rangeFrom(URL, 40, known)).toEqual({ range: 'bytes=40-', 'if-range': validator });
  });

  it('is safe by a hash of the whole, where there is nothing else', () => {
    for (const version of [undefined, 'W/"v1"']) {
      expect(rangeFrom(URL, 40, { ...facts, version, hashed: true })).toEqual({ range: 'bytes=40-' });
    }
  });

  it.each([undefined, 'W/"v1"', 'v1'])('is not safe by %o', (version) => {
    expect(rangeFrom(URL, 40, { ...facts, version })).toBe(undefined);
  });
});

describe('the beginning of an answer', () => {
  const answer = (status: number, headers: Record<string, string> = {}) =>
    new Response('', { status, headers });

  it('is byte 0 of a whole file', () => {
    expect(beginningOf(answer(200), 40, facts)).toBe(0);
  });

  it('is the byte asked for', () => {
    expect(beginningOf(answer(206, { 'content-range': 'bytes 40-99/100' }), 40, facts)).toBe(40);
    const unknown = { ...facts, size: undefined };
    expect(beginningOf(answer(206, { 'content-range': 'bytes 40-79/80' }), 40, unknown)).toBe(40);
  });

  it.each([
    {},
    { 'content-range': 'bytes 39-99/100' },
    { 'content-range': 'bytes 40-98/100' },
    { 'content-range': 'bytes 40-100/101' },
    { 'content-range': 'bytes 40-99/*' },
    { 'content-range': 'bytes */100' },
    { 'content-range': 'bytes 40-99/100', 'content-encoding': 'gzip' },
  ])('is not to be known from %o', (headers) => {
    expect(beginningOf(answer(206, headers as Record<string, string>), 40, facts)).toBe(undefined);
  });
});
