import { describe, expect, it } from 'vitest';
import { Embedding } from '../../src/reranker/embedding.ts';
import { rowChecksums } from '../../src/weights/checksum.ts';

const COLUMNS = 8;
const ROWS = 40_000;
const ROWS_PER_CHUNK = 15_000;

/** Row r is r % 100 in every column, times a scale of r / 1000. */
function int8Table(): { embedding: Embedding; reads: () => number } {
  const stride = COLUMNS + 4;
  const bytes = new Uint8Array(ROWS * stride);
  const view = new DataView(bytes.buffer);
  for (let row = 0; row < ROWS; row++) {
    bytes.fill(row % 100, row * stride, row * stride + COLUMNS);
    view.setFloat32(row * stride + COLUMNS, row / 1000, true);
  }
  let reads = 0;
  class CountedBlob extends Blob {
    override slice(start?: number, end?: number): Blob {
      const part = super.slice(start, end);
      if (part.size === stride) reads += 1;
      return part;
    }
  }
  const chunks: Blob[] = [];
  for (let row = 0; row < ROWS; row += ROWS_PER_CHUNK) {
    chunks.push(new CountedBlob([bytes.subarray(row * stride, (row + ROWS_PER_CHUNK) * stride)]));
  }
  const parts = chunks.map(({ size }) => ({ path: '', size, sha256: '' }));
  const table = { name: '', size: bytes.length, chunks: parts, rows: ROWS, columns: COLUMNS };
  return {
    embedding: new Embedding(
      table,
      'int8',
      chunks.map((blob) => ({ blob })),
    ),
    reads: () => reads,
  };
}

function expected(row: number): number {
  return Math.fround((row % 100) * Math.fround(row / 1000));
}

describe('Embedding', () => {
  it('reads rows of any chunk, in the order asked for, the same one twice', async () => {
    const { embedding } = int8Table();
    const ids = [0, 14_999, 15_000, 39_999, 15_000, 29_999];
    const values = await embedding.lookUp(Int32Array.from(ids));
    expect([...values]).toEqual(ids.flatMap((id) => Array(COLUMNS).fill(expected(id))));
  });

  it('reads a row from disk once', async () => {
    const { embedding, reads } = int8Table();
    await embedding.lookUp(Int32Array.from([5, 6, 5]));
    await embedding.lookUp(Int32Array.from([6, 7]));
    expect(reads()).toBe(3);
  });

  it('keeps so many rows, and drops those not used for longest', async () => {
    const { embedding, reads } = int8Table();
    const upTo = (count: number, from = 0) => Int32Array.from({ length: count }, (_, i) => from + i);
    await embedding.lookUp(upTo(16_384));
    await embedding.lookUp(upTo(10));
    await embedding.lookUp(upTo(100, 20_000));
    const before = reads();
    await embedding.lookUp(upTo(10));
    expect(reads()).toBe(before);
    await embedding.lookUp(upTo(10, 10));
    expect(reads()).toBe(before + 10);
  });

  it('gives more rows in one call than it keeps', async () => {
    const { embedding } = int8Table();
    const values = await embedding.lookUp(Int32Array.from({ length: ROWS }, (_, i) => i));
    expect(values[(ROWS - 1) * COLUMNS]).toBe(expected(ROWS - 1));
    expect(values[COLUMNS]).toBe(expected(1));
  });

  it('reads float32 tables as they are', async () => {
    const values = Float32Array.from({ length: 4 * 2 }, (_, i) => i / 3);
    const chunk = { path: '', size: 32, sha256: '' };
    const table = { name: '', size: 32, chunks: [chunk], rows: 4, columns: 2 };
    const embedding = new Embedding(table, 'float32', [{ blob: new Blob([values]) }]);
    expect([...(await embedding.lookUp(Int32Array.of(3, 0)))]).toEqual([
      ...values.slice(6),
      ...values.slice(0, 2),
    ]);
  });

  it('checks each row that it reads, and evicts a chunk in which one is damaged', async () => {
    const columns = 2;
    const values = Float32Array.from({ length: 6 * columns }, (_, i) => i);
    const checksums = rowChecksums(new Uint8Array(values.buffer), columns * 4);
    values[5 * columns] = 7;
    const evicted: number[] = [];
    const chunks = [0, 3].map((row, i) => ({
      blob: new Blob([values.slice(row * columns, (row + 3) * columns)]),
      stored: {
        checksums: checksums.slice(row, row + 3),
        evict: async () => evicted.push(i),
      },
    }));
    const parts = chunks.map(({ blob }) => ({ path: '', size: blob.size, sha256: '' }));
    const table = { name: '', size: 48, chunks: parts, rows: 6, columns };
    const embedding = new Embedding(table, 'float32', chunks);

    expect([...(await embedding.lookUp(Int32Array.of(4, 0)))]).toEqual([8, 9, 0, 1]);
    await expect(embedding.lookUp(Int32Array.of(1, 5))).rejects.toMatchObject({
      code: 'runtime-unavailable',
      details: { reason: 'the stored embeddings are damaged' },
    });
    expect(evicted).toEqual([1]);
  });

  it('refuses ids that the table does not hold', async () => {
    const { embedding } = int8Table();
    await expect(embedding.lookUp(Int32Array.of(ROWS))).rejects.toThrow(RangeError);
    await expect(embedding.lookUp(Int32Array.of(-1))).rejects.toThrow(RangeError);
  });

  it('says so when the browser has lost the table, and reads it once it is back', async () => {
    const { embedding } = int8Table();
    const read = Blob.prototype.arrayBuffer;
    Blob.prototype.arrayBuffer = () => Promise.reject(new DOMException('gone', 'NotReadableError'));
    try {
      const lost = embedding.lookUp(Int32Array.of(3));
      await expect(lost).rejects.toMatchObject({ code: 'runtime-unavailable' });
    } finally {
      Blob.prototype.arrayBuffer = read;
    }
    expect((await embedding.lookUp(Int32Array.of(3)))[0]).toBe(expected(3));
  });
});
