import {
  type Int8LayerTensor,
  type Int8Layout,
  type Int8Place,
  int8Layout,
  PANEL_COLUMNS,
  PANEL_DEPTH,
} from '../weights/int8-layout.ts';
import { MAX_CHUNK_BYTES, type ModelShape, type PackFile } from '../weights/manifest.ts';
import { ChunkWriter, type PackFolder } from './chunk-writer.ts';
import type { Int8Matrix } from './quantise.ts';
import type { EncodedMatrix } from './reference-linear.ts';
import type { WeightSink } from './weight-sink.ts';

const VECTORS: Readonly<Record<string, Int8LayerTensor>> = {
  input_layernorm: 'inputNorm',
  'self_attn.q_norm': 'qNorm',
  'self_attn.k_norm': 'kNorm',
  post_attention_layernorm: 'mlpNorm',
};

/** The matrices that make one of the file, the last of which completes it. */
const MATRICES: readonly {
  readonly parts: readonly string[];
  readonly as: Int8LayerTensor;
  scales: Int8LayerTensor;
}[] = [
  { parts: ['self_attn.q_proj', 'self_attn.k_proj', 'self_attn.v_proj'], as: 'qkv', scales: 'qkvScales' },
  { parts: ['self_attn.o_proj'], as: 'output', scales: 'outputScales' },
  { parts: ['mlp.gate_proj', 'mlp.up_proj'], as: 'gateUp', scales: 'gateUpScales' },
  { parts: ['mlp.down_proj'], as: 'down', scales: 'downScales' },
];

interface Part extends Int8Matrix {
  readonly rows: number;
  readonly columns: number;
}

/** The weights of `wasm-int8` as one file, laid out as {@link int8Layout} says; holds a layer's matrix at most. */
export class Int8File implements WeightSink {
  readonly #layout: Int8Layout;
  readonly #writer: ChunkWriter;
  #parts: Part[] = [];

  constructor(folder: PackFolder, shape: ModelShape) {
    this.#layout = int8Layout(shape);
    this.#writer = new ChunkWriter(folder, 'weights.int8', MAX_CHUNK_BYTES);
  }

  async vector(name: string, values: Float32Array): Promise<void> {
    const place = name === 'norm' ? this.#layout.norm : name === 'head' ? this.#layout.head : undefined;
    const { layer, part } = place ? { layer: 0, part: name } : parseName(name);
    await this.#append(place ?? this.#place(layer, VECTORS[part] as Int8LayerTensor), bytesOf(values));
  }

  async matrix(name: string, { rows, columns, int8 }: EncodedMatrix): Promise<void> {
    const { layer, part } = parseName(name);
    const { parts, as, scales } = MATRICES.find((matrix) =>
      matrix.parts.includes(part),
    ) as (typeof MATRICES)[number];
    this.#parts.push({ rows, columns, ...(int8 as Int8Matrix) });
    if (this.#parts.length < parts.length) return;
    const whole = as === 'gateUp' ? byTurns(this.#parts) : oneAfterAnother(this.#parts);
    this.#parts = [];
    await this.#append(this.#place(layer, as), bytesOf(whole.values));
    await this.#append(this.#place(layer, scales), bytesOf(whole.scales));
  }

  async finish(): Promise<PackFile> {
    if (this.#writer.size !== this.#layout.size) throw new RangeError('Weights are missing');
    return this.#writer.finish();
  }

  #place(layer: number, tensor: Int8LayerTensor): Int8Place {
    return (this.#layout.layers[layer] as Int8Layout['layers'][number])[tensor];
  }

  async #append({ offset, length }: Int8Place, bytes: Uint8Array): Promise<void> {
    const padding = offset - this.#writer.size;
    if (padding < 0 || bytes.length !== length) throw new RangeError('Weights came in another order');
    await this.#writer.append(new Uint8Array(padding));
    await this.#writer.append(bytes);
  }
}

/** `layers.3.mlp.up_proj` */
function parseName(name: string): { layer: number; part: string } {
  const [, layer, ...part] = name.split('.');
  return { layer: Number(layer), part: part.join('.') };
}

function bytesOf(values: Float32Array | Int8Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

function oneAfterAnother(parts: readonly Part[]): Int8Matrix {
  const values = Buffer.concat(parts.map((part) => bytesOf(panelsOf(part))));
  const scales = Buffer.concat(parts.map((part) => bytesOf(part.scales)));
  return {
    values: new Int8Array(values.buffer, values.byteOffset, values.length),
    scales: new Float32Array(scales.buffer.slice(scales.byteOffset, scales.byteOffset + scales.length)),
  };
}

/** Panels of two matrices of the same shape in turn: what becomes one value then lies together. */
function byTurns(parts: readonly Part[]): Int8Matrix {
  const [first, second] = parts as readonly [Part, Part];
  const panelBytes = PANEL_COLUMNS * first.columns;
  const values = interleave(panelsOf(first), panelsOf(second), panelBytes, Int8Array);
  return { values, scales: interleave(first.scales, second.scales, PANEL_COLUMNS, Float32Array) };
}

function interleave<T extends Int8Array | Float32Array>(
  first: T,
  second: T,
  length: number,
  Values: new (length: number) => T,
): T {
  const both = new Values(first.length + second.length);
  for (let at = 0; at < first.length; at += length) {
    both.set(first.subarray(at, at + length), 2 * at);
    both.set(second.subarray(at, at + length), 2 * at + length);
  }
  return both;
}

/** [rows, columns] → [rows / 4][columns / 4][4 rows][4 columns] */
function panelsOf({ rows, columns, values }: Part): Int8Array {
  const panels = new Int8Array(rows * columns);
  let at = 0;
  for (let row = 0; row < rows; row += PANEL_COLUMNS) {
    for (let column = 0; column < columns; column += PANEL_DEPTH) {
      for (let i = row; i < row + PANEL_COLUMNS; i++) {
        for (let j = column; j < column + PANEL_DEPTH; j++) panels[at++] = values[i * columns + j] as number;
      }
    }
  }
  return panels;
}
