import { type Running, rankOn } from './side-by-side.ts';
import type { Texts } from './workload.ts';

const PAIRS = 6;
const TOKENS = 24;

/** What each engine makes of the same few short pairs: they are one model only if their logits move together. */
export interface Agreement {
  readonly name: string;
  readonly logits: readonly number[];
  /** With the first engine's: 1 where they move as one. */
  readonly correlation: number;
  readonly largestDifference: number;
}

export async function measureAgreement(running: readonly Running[], texts: Texts): Promise<Agreement[]> {
  const { queries, documents } = texts.draw(PAIRS, PAIRS);
  const all: { name: string; logits: number[] }[] = [];
  for (const one of running) {
    const logits: number[] = [];
    for (const [i, { text }] of queries.entries()) {
      const document = texts.cut(documents[i]?.text ?? '', TOKENS);
      const { scores } = await rankOn(one, texts.cut(text, TOKENS), [document]);
      logits.push(scores[scores.length - 1]?.logit ?? Number.NaN);
    }
    all.push({ name: one.row.name, logits });
  }
  const reference = all[0]?.logits ?? [];
  return all.map(({ name, logits }) => ({
    name,
    logits,
    correlation: correlation(logits, reference),
    largestDifference: Math.max(...logits.map((logit, i) => Math.abs(logit - (reference[i] ?? Number.NaN)))),
  }));
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const centred = (values: readonly number[]): number[] => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return values.map((value) => value - mean);
  };
  const dot = (x: readonly number[], y: readonly number[]): number =>
    x.reduce((sum, value, i) => sum + value * (y[i] ?? 0), 0);
  const [x, y] = [centred(a), centred(b)];
  return dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y));
}
