/** Added to the attention scores of what a token must not see; large enough for float32, and not infinite. */
const MASKED = -1e9;

/** What runs before left behind. */
export interface Past {
  /** Tokens, from which positions go on. */
  readonly length: number;
  /** [P], one for each row of keys and values: zero for a token, {@link MASKED} for what a run was padded with. */
  readonly bias: Float32Array;
}

/**
 * The inputs of one run of the graph, but for embeddings and past. S = all new rows: the tokens, then padding up to a
 * multiple of the tile; P = rows of the past.
 */
export interface Run {
  /** Of the tokens alone. */
  readonly ids: Int32Array;
  /** [S] Positions restart after the past for every segment. */
  readonly positions: BigInt64Array;
  /** [S, P + S] Zero where a token may look (the past, and its own segment up to itself), else {@link MASKED}. */
  readonly bias: Float32Array<ArrayBuffer>;
  /** The last row of each segment; the last one again, up to a multiple of the tile. */
  readonly read: BigInt64Array;
}

export const NO_PAST: Past = { length: 0, bias: new Float32Array(0) };

/**
 * Lays several segments that share a past side by side in one run; the bias keeps them apart, and padding out of
 * every token's sight.
 */
export function planRun(segments: readonly Int32Array[], past: Past, tile = 1): Run {
  const total = segments.reduce((sum, segment) => sum + segment.length, 0);
  const rows = roundUp(total, tile);
  const pastRows = past.bias.length;
  const width = pastRows + rows;
  const ids = new Int32Array(total);
  const positions = new BigInt64Array(rows);
  const bias = new Float32Array(rows * width);
  const read = new BigInt64Array(roundUp(segments.length, tile));
  let start = 0;
  segments.forEach((segment, index) => {
    ids.set(segment, start);
    for (let i = 0; i < segment.length; i++) {
      positions[start + i] = BigInt(past.length + i);
      const row = bias.subarray((start + i) * width, (start + i + 1) * width);
      row.set(past.bias);
      row.fill(MASKED, pastRows);
      row.fill(0, pastRows + start, pastRows + start + i + 1);
    }
    start += segment.length;
    read.fill(BigInt(start - 1), index);
  });
  return { ids, positions, bias, read };
}

/** The past of what follows a run over one segment of `tokens`, which was padded to a multiple of `tile`. */
export function extendPast(past: Past, tokens: number, tile = 1): Past {
  const rows = past.bias.length;
  const bias = new Float32Array(rows + roundUp(tokens, tile));
  bias.set(past.bias);
  bias.fill(MASKED, rows + tokens);
  return { length: past.length + tokens, bias };
}

/**
 * Groups consecutive segments so that no group exceeds the token budget (a longer one goes alone), which is asked for
 * anew for each group. Gives the indices of each group, in order: the first stage's best are scored first.
 */
export function* groupByBudget(
  lengths: readonly number[],
  tokenBudget: () => number,
): Generator<number[], void> {
  let next = 0;
  while (next < lengths.length) {
    const group: number[] = [];
    let room = tokenBudget();
    do {
      room -= lengths[next] as number;
      group.push(next++);
    } while (next < lengths.length && (lengths[next] as number) <= room);
    yield group;
  }
}

function roundUp(count: number, tile: number): number {
  return Math.ceil(count / tile) * tile;
}
