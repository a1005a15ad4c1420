import type { Safetensors } from '../../../src/pack/safetensors.ts';

/** Rows of a large matrix read at a time. */
const BLOCK_ROWS = 2048;

/** The matrix of that name block by block, so that a table of any height needs little memory. */
export async function* rowBlocks(
  tensors: Safetensors,
  name: string,
  rows: number,
): AsyncGenerator<{ first: number; count: number; values: Float32Array }> {
  for (let first = 0; first < rows; first += BLOCK_ROWS) {
    const count = Math.min(BLOCK_ROWS, rows - first);
    yield { first, count, values: await tensors.readRows(name, first, count) };
  }
}
