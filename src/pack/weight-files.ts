import { halfBits } from '../weights/float16.ts';
import { MAX_CHUNK_BYTES, type WeightFile } from '../weights/manifest.ts';
import { ChunkWriter, type PackFolder } from './chunk-writer.ts';

/** Offsets of tensors are multiples of this, so that they can be viewed in place. */
const ALIGNMENT = 64;

export type ElementType = 'float32' | 'int8' | 'uint8';

/** Where a tensor lies in the external data of a graph, once that is decoded. */
export interface PlacedTensor {
  readonly name: string;
  readonly type: ElementType;
  readonly dims: readonly number[];
  /** Name of the weights file. */
  readonly location: string;
  readonly offset: number;
  readonly length: number;
}

/**
 * The external data of one graph. A tensor never crosses files, and a file is one chunk unless a single tensor
 * is larger than that, so that a loader can hand over each file by itself.
 */
export class WeightFiles {
  readonly #folder: PackFolder;
  readonly #kind: 'weights' | 'scales';
  readonly #files: WeightFile[] = [];
  readonly #tensors: PlacedTensor[] = [];
  #writer: ChunkWriter | undefined;

  /** @param kind `scales` are float32 that are stored as float16. */
  constructor(folder: PackFolder, kind: 'weights' | 'scales') {
    this.#folder = folder;
    this.#kind = kind;
  }

  get tensors(): readonly PlacedTensor[] {
    return this.#tensors;
  }

  async add(
    name: string,
    values: Float32Array | Int8Array | Uint8Array,
    dims: readonly number[],
  ): Promise<void> {
    const stored = this.#kind === 'scales' ? Uint16Array.from(values, halfBits) : values;
    const expansion = values.byteLength / stored.byteLength;
    const bytes = new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength);
    const writer = await this.#writerFor(bytes.length);
    const padding = -writer.size & (ALIGNMENT - 1);
    if (padding > 0) await writer.append(new Uint8Array(padding));
    const offset = writer.size * expansion;
    const place = { location: writer.name, offset, length: values.byteLength };
    this.#tensors.push({ name, type: elementType(values), dims, ...place });
    await writer.append(bytes);
  }

  async finish(): Promise<readonly WeightFile[]> {
    await this.#close();
    return this.#files;
  }

  async #writerFor(length: number): Promise<ChunkWriter> {
    if (this.#writer) {
      const start = this.#writer.size + (-this.#writer.size & (ALIGNMENT - 1));
      if (start + length > MAX_CHUNK_BYTES) await this.#close();
    }
    this.#writer ??= new ChunkWriter(
      this.#folder,
      `${this.#kind}-${this.#files.length}.bin`,
      MAX_CHUNK_BYTES,
    );
    return this.#writer;
  }

  async #close(): Promise<void> {
    if (this.#writer) {
      const file = await this.#writer.finish();
      this.#files.push(this.#kind === 'scales' ? { ...file, encoding: 'float16' } : file);
    }
    this.#writer = undefined;
  }
}

function elementType(values: Float32Array | Int8Array | Uint8Array): ElementType {
  if (values instanceof Float32Array) return 'float32';
  return values instanceof Int8Array ? 'int8' : 'uint8';
}
