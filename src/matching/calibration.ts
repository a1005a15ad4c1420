import { CaseMatcherError } from '../errors.ts';
import type { Thresholds } from './tiers.ts';

/** A scored pair of a ticket and a past case. */
export interface ScoredPair {
  /** Unique among the pairs. */
  readonly key: string;
  /** 0…1. */
  readonly score: number;
}

/** Of a pair that a person has judged: its score, and would the past case help with the ticket? */
export interface JudgedPair {
  /** 0…1. */
  readonly score: number;
  readonly relevant: boolean;
}

/** A judgement as it is exported and brought back: which pair, by ids, and no text. */
export interface Judgement extends JudgedPair {
  readonly ticketId: string;
  readonly pastId: string;
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
  /** At each threshold. Of the judged pairs, which are no random sample: there are more of them near the thresholds. */
  readonly figures: { readonly high: CalibrationFigures; readonly medium: CalibrationFigures };
  /** What was judged, to go on from there. Not needed where the thresholds are used: a file may leave it out. */
  readonly judgements: readonly Judgement[];
  /** ISO 8601. */
  readonly exportedAt: string;
}

export interface CalibrationFigures {
  readonly precision: Proportion;
  readonly coverage: Proportion;
}

/** The 97.5 % quantile of the normal distribution: for intervals of 95 %. */
const Z = 1.959963985;
/** Judgements within this distance in score count as around a threshold. */
const AROUND = 0.1;

/**
 * A share with its Wilson score interval (Wilson 1927, doi:10.1080/01621459.1927.10502953), which unlike the usual one
 * holds for few cases and for shares of none and all.
 */
export function proportion(part: number, of: number): Proportion {
  if (of === 0) return { part, of, low: 0, high: 1 };
  const rate = part / of;
  const spread = Z * Math.sqrt((rate * (1 - rate)) / of + Z ** 2 / (4 * of ** 2));
  const [middle, scale] = [rate + Z ** 2 / (2 * of), 1 + Z ** 2 / of];
  // Where it touches 0 or 1, rounding may not carry it beyond.
  return {
    part,
    of,
    rate,
    low: Math.max(0, (middle - spread) / scale),
    high: Math.min(1, (middle + spread) / scale),
  };
}

/** What a threshold does: a score equal to it is above it, as for tiers. */
export function atThreshold(pairs: readonly JudgedPair[], threshold: number): CalibrationPoint {
  const above = pairs.filter(({ score }) => score >= threshold);
  const right = above.filter(({ relevant }) => relevant).length;
  const relevant = pairs.filter((pair) => pair.relevant).length;
  return { threshold, precision: proportion(right, above.length), coverage: proportion(right, relevant) };
}

/** A point for each distinct score, ascending: between two of them nothing changes. */
export function calibrationCurve(pairs: readonly JudgedPair[]): readonly CalibrationPoint[] {
  const scores = [...new Set(pairs.map(({ score }) => score))].sort((a, b) => a - b);
  return scores.map((score) => atThreshold(pairs, score));
}

/**
 * All unjudged pairs, those most worth judging first: the nearest to a threshold, since only they can tell where it should
 * lie. The thresholds take turns, and the one with fewer judgements around it begins. Equally near ones come in the order
 * of their keys, so that the result does not depend on the order in the array.
 */
export function nextToJudge<P extends ScoredPair>(
  unjudged: readonly P[],
  judged: readonly JudgedPair[],
  { high, medium }: Thresholds,
): readonly P[] {
  const nearby = (threshold: number) =>
    judged.filter(({ score }) => Math.abs(score - threshold) <= AROUND).length;
  const queues = [high, medium]
    .sort((a, b) => nearby(a) - nearby(b) || b - a)
    .map((threshold) => {
      const distance = ({ score }: P) => Math.abs(score - threshold);
      return [...unjudged].sort((a, b) => distance(a) - distance(b) || (a.key < b.key ? -1 : 1));
    });
  return [...new Set(unjudged.flatMap((_, turn) => queues.flatMap((queue) => queue[turn] ?? [])))];
}

/**
 * What was found out, as configuration.
 * @throws CaseMatcherError `invalid-input` where the thresholds are no scores in order, or the model has no name.
 */
export function calibrationOf(
  model: string,
  judgements: readonly Judgement[],
  thresholds: Thresholds,
  at: Date,
): Calibration {
  const figuresAt = (threshold: number): CalibrationFigures => {
    const { precision, coverage } = atThreshold(judgements, threshold);
    return { precision, coverage };
  };
  return {
    format: 1,
    model: modelOf(model),
    thresholds: thresholdsOf(thresholds),
    judged: judgements.length,
    relevant: judgements.filter(({ relevant }) => relevant).length,
    figures: { high: figuresAt(thresholds.high), medium: figuresAt(thresholds.medium) },
    judgements,
    exportedAt: at.toISOString(),
  };
}

/**
 * An untrusted value (parsed JSON) as a calibration. Intervals are computed anew from the counts.
 * @param options.model the model it must have been made for.
 * @throws CaseMatcherError `invalid-input` with `details.field` and `details.reason`: `format`, `type`, `range`, `order`,
 * or `other-model`.
 */
export function parseCalibration(value: unknown, options: { readonly model?: string } = {}): Calibration {
  if (field(value, 'format') !== 1) throw invalid('format', 'format');
  const model = modelOf(field(value, 'model'));
  if (options.model !== undefined && options.model !== model) throw invalid('model', 'other-model');
  const judged = countOf(field(value, 'judged'), 'judged');
  const relevant = countOf(field(value, 'relevant'), 'relevant', judged);
  const figuresOf = (name: 'high' | 'medium'): CalibrationFigures => {
    const figures = field(field(value, 'figures'), name);
    return {
      precision: proportionOf(field(figures, 'precision'), `figures.${name}.precision`),
      coverage: proportionOf(field(figures, 'coverage'), `figures.${name}.coverage`),
    };
  };
  const exportedAt = field(value, 'exportedAt');
  if (typeof exportedAt !== 'string' || Number.isNaN(Date.parse(exportedAt)))
    throw invalid('exportedAt', 'type');
  return {
    ...{ format: 1, model, thresholds: thresholdsOf(field(value, 'thresholds')), judged, relevant },
    ...{ figures: { high: figuresOf('high'), medium: figuresOf('medium') }, exportedAt },
    judgements: judgementsOf(field(value, 'judgements') ?? []),
  };
}

function thresholdsOf(value: unknown): Thresholds {
  const of = (tier: 'high' | 'medium') => scoreOf(field(value, tier), `thresholds.${tier}`);
  const [high, medium] = [of('high'), of('medium')];
  if (medium > high) throw invalid('thresholds', 'order');
  return { high, medium };
}

function judgementsOf(value: unknown): readonly Judgement[] {
  if (!Array.isArray(value)) throw invalid('judgements', 'type');
  return value.map((one: unknown, index) => {
    const name = `judgements.${index}`;
    const [ticketId, pastId, relevant] = ['ticketId', 'pastId', 'relevant'].map((key) => field(one, key));
    if (typeof ticketId !== 'string' || typeof pastId !== 'string' || typeof relevant !== 'boolean')
      throw invalid(name, 'type');
    return { ticketId, pastId, score: scoreOf(field(one, 'score'), `${name}.score`), relevant };
  });
}

function scoreOf(score: unknown, name: string): number {
  if (typeof score !== 'number') throw invalid(name, 'type');
  if (!(score >= 0 && score <= 1)) throw invalid(name, 'range');
  return score;
}

function modelOf(value: unknown): string {
  if (typeof value !== 'string') throw invalid('model', 'type');
  if (!/^[^\p{C}]{1,200}$/u.test(value) || value.trim() === '') throw invalid('model', 'range');
  return value;
}

function proportionOf(value: unknown, name: string): Proportion {
  const of = countOf(field(value, 'of'), `${name}.of`);
  return proportion(countOf(field(value, 'part'), `${name}.part`, of), of);
}

function countOf(value: unknown, name: string, most = Number.MAX_SAFE_INTEGER): number {
  if (typeof value !== 'number' || !Number.isInteger(value)) throw invalid(name, 'type');
  if (value < 0 || value > most) throw invalid(name, 'range');
  return value;
}

function invalid(name: string, reason: string): CaseMatcherError {
  return new CaseMatcherError('invalid-input', { field: name, reason });
}

/** An own property only. */
function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.getOwnPropertyDescriptor(value, name)?.value
    : undefined;
}
