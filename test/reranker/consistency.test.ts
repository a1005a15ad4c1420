import { describe, expect, it } from 'vitest';
import { isSoundSplit, isSoundWhole } from '../../src/reranker/consistency.ts';

const distances = (values: readonly number[]) => ({ whole: values, split: values });

describe('a device that computes floats', () => {
  it.each([
    [[0, 7e-6, 0, 0], true],
    [[3e-4, 2e-4, 3e-4], true],
    [[0.38, 0, 0, 0], false],
    [[0, Number.NaN], false],
    [[0, Number.POSITIVE_INFINITY], false],
  ])('%o: %s', (values, sound) => {
    expect(isSoundWhole(distances(values), { int8: false })).toBe(sound);
    expect(isSoundSplit(distances(values), { int8: false })).toBe(sound);
  });
});

describe('an int8 graph', () => {
  it.each([
    [[0.08, 0.12, 0.26, 0.74], true, true],
    [[0.5, 0.51, 0.62, 0.4], true, false],
    [[1.4, 1.3, 1.4, 0.1], false, false],
    [[0, 0, 0, Number.NaN], false, false],
  ])('%o: whole %s, split %s', (values, whole, split) => {
    expect(isSoundWhole(distances(values), { int8: true })).toBe(whole);
    expect(isSoundSplit(distances(values), { int8: true })).toBe(split);
  });
});
