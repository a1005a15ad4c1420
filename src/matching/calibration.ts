import type { Thresholds } from './tiers.ts';

/** A scored pair of a ticket and a past case. */
export interface ScoredPair {
  /** Unique: who judges it twice changes the judgement. */
  readonly key: string;
  /** 0…1. */
  readonly score: number;
}

/** A pair that a person has judged: would the past case help with the ticket? */
export interface JudgedPair extends ScoredPair {
  readonly relevant: boolean;
}

/** A share of counts with its 95 % Wilson score interval. */
export interface Proportion {
  readonly part: number;
  readonly of: number;
  /** `part / of`; absent where `of` is 0. */
  readonly rate?: number;
  /** 0…1; the whole range where `of` is 0. */
  readonly low: number;
  readonly high: number;
}

/** What a threshold would do to the judged pairs. */
export interface CalibrationPoint {
  readonly threshold: number;
  /** Of the pairs at or above it, those judged relevant. */
  readonly precision: Proportion;
  /** Of the pairs judged relevant, those at or above it. */
  readonly coverage: Proportion;
}

/** The result as configuration: what an administrator exports and a host sets as `thresholds`. */
export interface Calibration {
  readonly format: 1;
  /** The model whose scores were judged, as `RerankerInfo.model` names it. Thresholds of another model say nothing. */
  readonly model: string;
  readonly thresholds: Thresholds;
  /** Pairs judged. */
  readonly judged: number;
  readonly relevant: number;
  /** At each threshold, of the judged pairs. */
  readonly high: CalibrationFigures;
  readonly medium: CalibrationFigures;
  /** ISO 8601. */
  readonly exportedAt: string;
}

export interface CalibrationFigures {
  readonly precision: Proportion;
  readonly coverage: Proportion;
}

export declare function atThreshold(pairs: readonly JudgedPair[], threshold: number): CalibrationPoint;

/** A point for each distinct score, ascending. */
export declare function calibrationCurve(pairs: readonly JudgedPair[]): readonly CalibrationPoint[];

/** Those most worth judging next: nearest to a threshold, the threshold with fewer judgements around it first. */
export declare function nextToJudge<P extends ScoredPair>(
  unjudged: readonly P[],
  judged: readonly JudgedPair[],
  thresholds: Thresholds,
): readonly P[];

/**
 * An untrusted value (a file) as a calibration.
 * @throws CaseMatcherError `invalid-input` with the field and the reason; reason `other-model` where `model` is given
 * and is not the one it was made for.
 */
export declare function parseCalibration(value: unknown, options?: { readonly model?: string }): Calibration;
