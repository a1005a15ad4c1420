/** Added to the attention scores of what a token must not see; large enough for float32, and not infinite. */
const MASKED = -1e9;

/** The inputs of one run of the graph, but for embeddings and past. S = all new tokens, P = tokens of the past. */
export interface Run {
  /** [S] */
  readonly ids: Int32Array;
  /** [S] Positions restart after the past for every segment. */
  readonly positions: BigInt64Array;
  /** [S, P + S] Zero where a token may look (the past, and its own segment up to itself), else {@link MASKED}. */
  readonly bias: Float32Array<ArrayBuffer>;
  /** [segments] The last position of each segment. */
  readonly read: BigInt64Array;
}

/** Lays several segments that share a past side by side in one run; the bias keeps them apart. */
export function planRun(segments: readonly Int32Array[], past: number): Run {
  const total = segments.reduce((sum, segment) => sum + segment.length, 0);
  const width = past + total;
  const ids = new Int32Array(total);
  const positions = new BigInt64Array(total);
  const bias = new Float32Array(total * width);
  const read = new BigInt64Array(segments.length);
  let start = 0;
  segments.forEach((segment, index) => {
    ids.set(segment, start);
    for (let i = 0; i < segment.length; i++) {
      positions[start + i] = BigInt(past + i);
      const row = bias.subarray((start + i) * width, (start + i + 1) * width);
      row.fill(MASKED, past);
      row.fill(0, past + start, past + start + i + 1);
    }
    start += segment.length;
    read[index] = BigInt(start - 1);
  });
  return { ids, positions, bias, read };
}

/**
 * Groups consecutive segments so that no group exceeds `tokenBudget` tokens (a longer one goes alone). Returns the
 * indices of each group, in order: the first stage's best are scored first.
 */
export function groupByBudget(lengths: readonly number[], tokenBudget: number): number[][] {
  const groups: number[][] = [];
  let room = 0;
  lengths.forEach((length, index) => {
    const group = groups[groups.length - 1];
    if (group === undefined || length > room) {
      groups.push([index]);
      room = tokenBudget - length;
    } else {
      group.push(index);
      room -= length;
    }
  });
  return groups;
}
