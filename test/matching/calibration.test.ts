import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CaseMatcherError } from '../../src/errors.ts';
import {
  atThreshold,
  calibrationCurve,
  calibrationOf,
  type Judgement,
  nextToJudge,
  parseCalibration,
  proportion,
  tierOf,
} from '../../src/matching/index.ts';

const THRESHOLDS = { high: 0.85, medium: 0.7 };
const AT = new Date('2026-11-25T01:00:00Z');

const pairs: fc.Arbitrary<readonly (Judgement & { key: string })[]> = fc
  .array(
    fc.record({ score: fc.integer({ min: 0, max: 40 }).map((score) => score / 40), relevant: fc.boolean() }),
  )
  .map((drawn) =>
    drawn.map((pair, index) => ({ key: `p${index}`, ticketId: 'T1', pastId: `p${index}`, ...pair })),
  );

function judged(...scores: readonly [number, boolean][]): Judgement[] {
  return scores.map(([score, relevant], index) => ({ ticketId: 'T1', pastId: `p${index}`, score, relevant }));
}

describe('proportion', () => {
  // Newcombe 1998, Statistics in Medicine 17, table I, method 3.
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('of %d in %d has the Wilson interval that is published', (part, of, low, high) => {
    const found = proportion(part, of);
    expect(found.low).toBeCloseTo(low, 4);
    expect(found.high).toBeCloseTo(high, 4);
  });

  it('knows nothing of none', () => {
    expect(proportion(0, 0)).toEqual({ part: 0, of: 0, low: 0, high: 1 });
  });
});

describe('precision and coverage', () => {
  it('count a score that is equal to the threshold as above it, as tiers do', () => {
    fc.assert(
      fc.property(pairs, fc.integer({ min: 0, max: 40 }), (given, step) => {
        const threshold = step / 40;
        const high = given.filter(({ score }) => tierOf(score, { high: threshold, medium: 0 }) === 'high');
        const { precision, coverage } = atThreshold(given, threshold);
        expect([precision.of, precision.part]).toEqual([
          high.length,
          high.filter(({ relevant }) => relevant).length,
        ]);
        expect([coverage.of, coverage.part]).toEqual([
          given.filter(({ relevant }) => relevant).length,
          precision.part,
        ]);
      }),
    );
  });

  it('change at scores alone, coverage only downwards, whatever the order', () => {
    fc.assert(
      fc.property(pairs, (given) => {
        const curve = calibrationCurve(given);
        expect(curve.map(({ threshold }) => threshold)).toEqual(
          [...new Set(given.map(({ score }) => score))].sort((a, b) => a - b),
        );
        for (const [index, point] of curve.slice(1).entries()) {
          expect(point.coverage.part).toBeLessThanOrEqual(curve[index]?.coverage.part ?? 0);
        }
        expect(calibrationCurve([...given].reverse())).toEqual(curve);
        for (const { precision, coverage } of curve) {
          for (const { rate = 0.5, low, high } of [precision, coverage]) {
            expect(low).toBeGreaterThanOrEqual(0);
            expect(high).toBeLessThanOrEqual(1);
            expect(low).toBeLessThanOrEqual(rate + 1e-12);
            expect(high).toBeGreaterThanOrEqual(rate - 1e-12);
          }
        }
      }),
    );
  });
});

describe('nextToJudge', () => {
  const keys = (given: readonly { key: string }[]) => given.map(({ key }) => key);

  it('loses no pair and does not depend on the order', () => {
    fc.assert(
      fc.property(pairs, pairs, (unjudged, known) => {
        const next = nextToJudge(unjudged, known, THRESHOLDS);
        expect(keys(next).sort()).toEqual(keys(unjudged).sort());
        expect(nextToJudge([...unjudged].reverse(), [...known].reverse(), THRESHOLDS)).toEqual(next);
      }),
    );
  });

  it('takes turns between the thresholds, the nearest first, and begins where less is known', () => {
    const unjudged = [0.5, 0.69, 0.72, 0.84, 0.9].map((score) => ({ key: `${score}`, score }));
    expect(keys(nextToJudge(unjudged, [], THRESHOLDS))).toEqual(['0.84', '0.69', '0.9', '0.72', '0.5']);
    expect(keys(nextToJudge(unjudged, judged([0.9, true]), THRESHOLDS))[0]).toBe('0.69');
  });
});

describe('a calibration', () => {
  const given = judged([0.95, true], [0.86, false], [0.85, true], [0.75, true], [0.3, false]);

  it('says what was judged, and what the thresholds do', () => {
    expect(calibrationOf('qwen3', given, THRESHOLDS, AT)).toEqual({
      format: 1,
      model: 'qwen3',
      thresholds: THRESHOLDS,
      judged: 5,
      relevant: 3,
      figures: {
        high: { precision: proportion(2, 3), coverage: proportion(2, 3) },
        medium: { precision: proportion(3, 4), coverage: proportion(3, 3) },
      },
      judgements: given,
      exportedAt: AT.toISOString(),
    });
  });

  it('reads back from JSON as it was', () => {
    fc.assert(
      fc.property(pairs, (drawn) => {
        const judgements = drawn.map(({ key, ...judgement }) => judgement);
        const made = calibrationOf('qwen3', judgements, THRESHOLDS, AT);
        expect(parseCalibration(JSON.parse(JSON.stringify(made)), { model: 'qwen3' })).toEqual(made);
      }),
    );
  });

  const whole = JSON.parse(JSON.stringify(calibrationOf('qwen3', given, THRESHOLDS, AT)));
  it.each([
    ['format', 'format', null],
    ['format', 'format', { ...whole, format: 2 }],
    ['model', 'type', { ...whole, model: 3 }],
    ['model', 'range', { ...whole, model: 'a\u0000b' }],
    ['model', 'other-model', { ...whole, model: 'other' }],
    ['thresholds.high', 'type', { ...whole, thresholds: { high: '0.9', medium: 0.7 } }],
    ['thresholds.medium', 'range', { ...whole, thresholds: { high: 0.9, medium: -0.1 } }],
    ['thresholds', 'order', { ...whole, thresholds: { high: 0.6, medium: 0.7 } }],
    ['judged', 'type', { ...whole, judged: 1.5 }],
    ['relevant', 'range', { ...whole, relevant: 6 }],
    ['figures.high.precision.of', 'type', { ...whole, figures: {} }],
    ['exportedAt', 'type', { ...whole, exportedAt: 'today' }],
    ['judgements', 'type', { ...whole, judgements: {} }],
    ['judgements.0', 'type', { ...whole, judgements: ['p0'] }],
    ['judgements.1', 'type', { ...whole, judgements: [given[0], { ...given[1], relevant: 1 }] }],
    ['judgements.0.score', 'range', { ...whole, judgements: [{ ...given[0], score: 1.5 }] }],
  ])('with a wrong %s is refused: %s', (name, reason, value) => {
    expect(() => parseCalibration(value, { model: 'qwen3' })).toThrow(
      new CaseMatcherError('invalid-input', { field: name, reason }),
    );
  });

  it('is whole without its judgements, which a host has no use for', () => {
    const { judgements, ...configuration } = whole;
    expect(parseCalibration(configuration)).toEqual({ ...whole, judgements: [] });
  });

  it('is not made of thresholds that are none', () => {
    expect(() => calibrationOf('qwen3', [], { high: 0.5, medium: 0.6 }, AT)).toThrow(CaseMatcherError);
    expect(() => calibrationOf(' ', [], THRESHOLDS, AT)).toThrow(CaseMatcherError);
  });
});
