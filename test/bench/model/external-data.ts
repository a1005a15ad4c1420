import type { OnnxModel } from '../../../src/pack/onnx-model.ts';
import type { ElementType } from '../../../src/pack/weight-files.ts';
import type { NewFile } from './new-file.ts';

/** Tensors are found at multiples of this, as onnx writes them. */
const ALIGNMENT = 4096;

/** The one weights file beside an ONNX graph. */
export class ExternalData {
  readonly #model: OnnxModel;
  readonly #file: NewFile;
  readonly #location: string;

  /** @param location the file's name, as the graph gives it */
  constructor(model: OnnxModel, file: NewFile, location: string) {
    this.#model = model;
    this.#file = file;
    this.#location = location;
  }

  /** Stores a tensor, declares it, and returns its name. */
  async add(
    name: string,
    values: Float32Array | Int8Array | Uint8Array,
    dims: readonly number[],
  ): Promise<string> {
    const type = values instanceof Float32Array ? 'float32' : values instanceof Int8Array ? 'int8' : 'uint8';
    return this.stream(name, type, dims, async function* () {
      yield values;
    });
  }

  /** As {@link add}, for a tensor that comes in pieces. */
  async stream(
    name: string,
    type: ElementType,
    dims: readonly number[],
    pieces: () => AsyncIterable<ArrayBufferView>,
  ): Promise<string> {
    await this.#file.align(ALIGNMENT);
    const offset = this.#file.size;
    for await (const piece of pieces()) await this.#file.append(piece);
    const length = this.#file.size - offset;
    this.#model.external({ name, type, dims, location: this.#location, offset, length });
    return name;
  }
}
