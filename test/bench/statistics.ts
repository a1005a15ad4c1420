export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** So many of them, from the middle of as many equal parts. */
export function evenlySpread<T>(sorted: readonly T[], count: number): T[] {
  return Array.from(
    { length: count },
    (_, i) => sorted[Math.floor(((i + 0.5) / count) * sorted.length)] as T,
  );
}

export type Point = readonly [x: number, y: number];

/** The straight line of least squares, and how straight the points are. */
export interface Line {
  readonly slope: number;
  readonly intercept: number;
  /** 1 where the points lie on it. */
  readonly r2: number;
}

export function leastSquares(points: readonly Point[]): Line {
  const n = points.length;
  const meanX = sum(points.map(([x]) => x)) / n;
  const meanY = sum(points.map(([, y]) => y)) / n;
  const slope =
    sum(points.map(([x, y]) => (x - meanX) * (y - meanY))) / sum(points.map(([x]) => (x - meanX) ** 2));
  const intercept = meanY - slope * meanX;
  const left = sum(points.map(([x, y]) => (y - intercept - slope * x) ** 2));
  return { slope, intercept, r2: 1 - left / sum(points.map(([, y]) => (y - meanY) ** 2)) };
}
