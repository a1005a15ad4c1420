import { CaseMatcherError } from '../errors.ts';
import {
  type EmbeddingEncoding,
  type EmbeddingTable,
  isWhole,
  type RowChunk,
  rowChecksums,
} from '../weights/index.ts';

/** Rows kept in memory, the latest used: more than the words of a day's tickets, in 17 MB at 1,024 columns. */
const CACHED_ROWS = 16_384;

interface Place {
  readonly chunk: RowChunk;
  readonly row: number;
}

/**
 * Token embeddings, looked up outside the graph. The table stays in the Blobs that it was stored as, which the browser
 * keeps on disk (156 MB of the 0.6B model); rows are read as texts ask for them.
 */
export class Embedding {
  readonly columns: number;
  readonly #encoding: EmbeddingEncoding;
  readonly #chunks: readonly RowChunk[];
  readonly #stride: number;
  readonly #rowsPerChunk: number;
  readonly #rows = new Map<number, Uint8Array<ArrayBuffer>>();

  /** `chunks`: the table's bytes, each chunk but the last of equally many whole rows. */
  constructor(table: EmbeddingTable, encoding: EmbeddingEncoding, chunks: readonly RowChunk[]) {
    this.columns = table.columns;
    this.#encoding = encoding;
    this.#chunks = chunks;
    this.#stride = encoding === 'int8' ? table.columns + 4 : table.columns * 4;
    this.#rowsPerChunk = (table.chunks[0]?.size ?? 0) / this.#stride;
  }

  /**
   * Rows of `ids`, as float32 [ids.length, columns]. Errors: `runtime-unavailable` where the browser has lost the
   * table, or a row is damaged; another load mends it.
   */
  async lookUp(ids: Int32Array): Promise<Float32Array<ArrayBuffer>> {
    await this.#fetch([...new Set(ids)].filter((id) => !this.#rows.has(id)));
    const values = new Float32Array(ids.length * this.columns);
    ids.forEach((id, i) => {
      const row = this.#rows.get(id) as Uint8Array<ArrayBuffer>;
      // Used last, dropped last.
      this.#rows.delete(id);
      this.#rows.set(id, row);
      this.#decode(row, values.subarray(i * this.columns, (i + 1) * this.columns));
    });
    for (const id of this.#rows.keys()) {
      if (this.#rows.size <= CACHED_ROWS) break;
      this.#rows.delete(id);
    }
    return values;
  }

  /** All rows in one reading of a Blob that is composed of them. */
  async #fetch(ids: readonly number[]): Promise<void> {
    if (ids.length === 0) return;
    const places = ids.map((id) => this.#placeOf(id));
    const bytes = await this.#read(places);
    const checksums = rowChecksums(new Uint8Array(bytes), this.#stride);
    const damaged = places.filter(
      ({ chunk: { stored }, row }, i) => stored !== undefined && stored.checksums[row] !== checksums[i],
    );
    if (damaged.length > 0) {
      await evict(damaged.map(({ chunk }) => chunk));
      throw new CaseMatcherError('runtime-unavailable', { reason: 'the stored embeddings are damaged' });
    }
    ids.forEach((id, i) => {
      this.#rows.set(id, new Uint8Array(bytes.slice(i * this.#stride, (i + 1) * this.#stride)));
    });
  }

  async #read(places: readonly Place[]): Promise<ArrayBuffer> {
    const chunks = [...new Set(places.map(({ chunk }) => chunk))];
    const refuse = async (lost: readonly RowChunk[], options?: { cause: unknown }): Promise<never> => {
      await evict(lost);
      const details = { reason: 'the embeddings cannot be read' };
      throw new CaseMatcherError('runtime-unavailable', details, options);
    };
    const whole = await Promise.all(chunks.map(({ blob }) => isWhole(blob)));
    if (whole.includes(false)) return refuse(chunks.filter((_, i) => !whole[i]));
    const rows = places.map(({ chunk, row }) =>
      chunk.blob.slice(row * this.#stride, (row + 1) * this.#stride),
    );
    return new Blob(rows).arrayBuffer().catch((cause: unknown) => refuse(chunks, { cause }));
  }

  #placeOf(id: number): Place {
    const chunk = this.#chunks[Math.floor(id / this.#rowsPerChunk)];
    const row = id % this.#rowsPerChunk;
    if (chunk === undefined || (row + 1) * this.#stride > chunk.blob.size) {
      throw new RangeError(`No embedding for token ${id}`);
    }
    return { chunk, row };
  }

  #decode(row: Uint8Array<ArrayBuffer>, values: Float32Array): void {
    if (this.#encoding === 'float32') {
      values.set(new Float32Array(row.buffer));
      return;
    }
    const quantised = new Int8Array(row.buffer);
    const scale = new DataView(row.buffer).getFloat32(this.columns, true);
    for (let i = 0; i < values.length; i++) values[i] = (quantised[i] as number) * scale;
  }
}

async function evict(chunks: readonly RowChunk[]): Promise<void> {
  await Promise.all([...new Set(chunks)].map(({ stored }) => stored?.evict()));
}
