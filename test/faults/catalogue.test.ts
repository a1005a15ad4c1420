import { expect, it } from 'vitest';
import { coverageLine, faultCoverage } from '../../tools/fault-coverage.mjs';

it('every fault of the catalogue has a test by its number, one elsewhere that exists, or a reason', () => {
  const faults = faultCoverage();
  expect(faults.map(({ number }) => number)).toEqual(Array.from({ length: 71 }, (_, index) => index + 1));
  expect(faults.filter(({ state, missing }) => state === 'nowhere' || missing.length > 0)).toEqual([]);
  expect(coverageLine(faults)).toMatch(/^faults: 71 of 71 listed, \d+ tested, \d+ with a reason$/);
});
