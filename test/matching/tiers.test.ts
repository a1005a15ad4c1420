import { describe, expect, it } from 'vitest';
import { DEFAULT_THRESHOLDS, tierOf } from '../../src/matching/index.ts';

describe('tierOf', () => {
  it('counts a score on the edge into the better tier', () => {
    expect(tierOf(0.85)).toBe('high');
    expect(tierOf(0.7)).toBe('medium');
  });

  it('counts the nearest number below the edge into the lesser tier', () => {
    expect(tierOf(0.85 - Number.EPSILON)).toBe('medium');
    expect(tierOf(0.7 - Number.EPSILON)).toBe('low');
  });

  it('covers the whole range', () => {
    expect([0, 1].map((score) => tierOf(score))).toEqual(['low', 'high']);
    expect(tierOf(Number.NaN)).toBe('low');
  });

  it('reads other thresholds, equal ones included', () => {
    expect(tierOf(0.5, { high: 0.5, medium: 0.5 })).toBe('high');
    expect(tierOf(0.49, { high: 0.5, medium: 0.5 })).toBe('low');
    expect(DEFAULT_THRESHOLDS).toEqual({ high: 0.85, medium: 0.7 });
  });
});
