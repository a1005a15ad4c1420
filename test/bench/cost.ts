import { type Running, rankOn } from './side-by-side.ts';
import { type Line, leastSquares, type Point } from './statistics.ts';
import type { BenchText, Texts } from './workload.ts';

export interface CostCurve {
  readonly name: string;
  readonly points: readonly Point[];
  readonly line: Line;
}

/** Tokens of the documents that are counted: a thousand of them are read in minutes. */
const COUNTED_TOKENS = 16;

/** Seconds against the number of candidates. */
export async function costOfCandidates(
  running: Running,
  texts: Texts,
  counts: readonly number[],
  say: (line: string) => void,
): Promise<CostCurve> {
  const { queries } = texts.draw(1, 1);
  const query = queries[0] as BenchText;
  const documents = texts.ofLength(COUNTED_TOKENS, Math.max(...counts));
  // What all documents share is computed before the clock starts, or it would fall on the first count alone.
  await rankOn(running, query, documents.slice(0, 1));
  const points: Point[] = [];
  for (const count of counts) {
    const { milliseconds } = await rankOn(running, query, documents.slice(0, count));
    say(`  ${count} candidates: ${(milliseconds / 1000).toFixed(1)} s`);
    points.push([count, milliseconds / 1000]);
  }
  return curve({ name: `${running.row.name}, ${COUNTED_TOKENS} tokens each`, points });
}

/** Milliseconds a document against its length in tokens. */
export async function costOfLength(
  running: Running,
  texts: Texts,
  options: { lengths: readonly number[]; documents: number },
  say: (line: string) => void,
): Promise<CostCurve> {
  const { queries } = texts.draw(1, 1);
  const query = queries[0] as BenchText;
  await rankOn(running, query, texts.ofLength(8, 1));
  const points: Point[] = [];
  for (const length of options.lengths) {
    const documents = texts.ofLength(length, options.documents);
    const { milliseconds } = await rankOn(running, query, documents);
    const each = milliseconds / documents.length;
    say(`  documents of ${length} tokens: ${each.toFixed(0)} ms each`);
    points.push([length, each]);
  }
  return curve({ name: running.row.name, points });
}

function curve({ name, points }: { name: string; points: readonly Point[] }): CostCurve {
  return { name, points, line: leastSquares(points) };
}
