import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** The team's reference data, beside the checkout. Tests that need it say so and skip where it is absent. */
export const SHARED = resolve(import.meta.dirname, '../../shared');
export const TINY_QWEN3 = resolve(SHARED, 'reference/tiny-qwen3');
export const hasTinyQwen3 = existsSync(TINY_QWEN3);

export interface ExpectedCase {
  readonly instruction: string;
  readonly query: string;
  readonly document: string;
  readonly input_ids: readonly number[];
  readonly logit_yes: number;
  readonly logit_no: number;
  readonly score: number;
}

/** The logits of an independent float32 implementation. */
export function expectedCases(): readonly ExpectedCase[] {
  return readJson<{ cases: ExpectedCase[] }>('expected.json').cases;
}

export function readJson<T>(name: string): T {
  return JSON.parse(readFileSync(resolve(TINY_QWEN3, name), 'utf8')) as T;
}
