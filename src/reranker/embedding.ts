import type { EmbeddingEncoding, EmbeddingTable } from '../weights/index.ts';

/** Token embeddings, looked up outside the graph: the table never enters the WASM heap or the GPU. */
export class Embedding {
  readonly columns: number;
  /** Bytes held. */
  readonly size: number;
  readonly #encoding: EmbeddingEncoding;
  readonly #chunks: readonly ArrayBuffer[];
  readonly #stride: number;
  readonly #rowsPerChunk: number;

  /** `chunks`: the table's bytes, each chunk but the last of equally many whole rows. */
  constructor(table: EmbeddingTable, encoding: EmbeddingEncoding, chunks: readonly ArrayBuffer[]) {
    this.columns = table.columns;
    this.size = table.size;
    this.#encoding = encoding;
    this.#chunks = chunks;
    this.#stride = encoding === 'int8' ? table.columns + 4 : table.columns * 4;
    this.#rowsPerChunk = (table.chunks[0]?.size ?? 0) / this.#stride;
  }

  /** Rows of `ids`, as float32 [ids.length, columns]. */
  lookUp(ids: Int32Array): Float32Array<ArrayBuffer> {
    const rows = new Float32Array(ids.length * this.columns);
    ids.forEach((id, i) => {
      const chunk = this.#chunks[Math.floor(id / this.#rowsPerChunk)];
      if (chunk === undefined) throw new RangeError(`No embedding for token ${id}`);
      const offset = (id % this.#rowsPerChunk) * this.#stride;
      const row = rows.subarray(i * this.columns, (i + 1) * this.columns);
      if (this.#encoding === 'float32') row.set(new Float32Array(chunk, offset, this.columns));
      else this.#decode(chunk, offset, row);
    });
    return rows;
  }

  #decode(chunk: ArrayBuffer, offset: number, row: Float32Array): void {
    const values = new Int8Array(chunk, offset, this.columns);
    const scale = new DataView(chunk).getFloat32(offset + this.columns, true);
    for (let i = 0; i < values.length; i++) row[i] = (values[i] as number) * scale;
  }
}
