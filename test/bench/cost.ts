import { type Running, rankOn } from './side-by-side.ts';
import { type Line, leastSquares, type Point } from './statistics.ts';
import type { BenchText, Texts } from './workload.ts';

export interface CostCurve {
  readonly name: string;
  readonly points: readonly Point[];
  readonly line: Line;
}

/** Seconds against the number of candidates, for each of our ways to rank. */
export async function costOfCandidates(
  running: readonly Running[],
  texts: Texts,
  counts: readonly number[],
  say: (line: string) => void,
): Promise<CostCurve[]> {
  const { queries, documents } = texts.draw(1, Math.max(...counts));
  const curves = running.map(({ row }) => ({ name: row.name, points: [] as Point[] }));
  // What all documents share is computed before the clock starts, or it would fall on the first count alone.
  for (const one of running) await rankOn(one, queries[0] as BenchText, documents.slice(0, 1));
  for (const count of counts) {
    for (const [i, one] of running.entries()) {
      const { milliseconds } = await rankOn(one, queries[0] as BenchText, documents.slice(0, count));
      say(`  ${count} candidates, ${one.row.name}: ${(milliseconds / 1000).toFixed(1)} s`);
      curves[i]?.points.push([count, milliseconds / 1000]);
    }
  }
  return curves.map(curve);
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
