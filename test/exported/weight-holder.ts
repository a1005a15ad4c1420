import type { OnnxModel } from '../../src/pack/onnx-model.ts';

/** Keeps a model's weights inside the graph, or in one file beside it. */
export class WeightHolder {
  readonly #model: OnnxModel;
  readonly #location: string | undefined;
  readonly #external: Uint8Array[] = [];
  readonly #known = new Set<string>();
  #size = 0;

  /** @param location name of the file beside the graph; inside it when undefined */
  constructor(model: OnnxModel, location: string | undefined) {
    this.#model = model;
    this.#location = location;
  }

  /** Declares a tensor and returns its name. */
  add(name: string, values: Float32Array | Int8Array | Uint8Array, dims: readonly number[]): string {
    if (this.#known.has(name)) return name;
    this.#known.add(name);
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    const type = values instanceof Float32Array ? 'float32' : values instanceof Int8Array ? 'int8' : 'uint8';
    if (this.#location === undefined) return this.#model.embedded(name, type, dims, bytes);
    const length = bytes.length;
    this.#model.external({ name, type, dims, location: this.#location, offset: this.#size, length });
    this.#external.push(bytes);
    this.#size += length;
    return name;
  }

  externalBytes(): Uint8Array {
    return Buffer.concat(this.#external);
  }
}
