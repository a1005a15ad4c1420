import type { ModelShape } from './manifest.ts';

/** Tensors start at multiples of this, so that they can be viewed in place. */
const ALIGNMENT = 64;

/** Columns of a matrix that lie together, and values of each column that lie together: what a kernel reads at once. */
export const PANEL_COLUMNS = 4;
export const PANEL_DEPTH = 4;

/** Where a tensor lies in the weights file of `wasm-int8`, in bytes. */
export interface Int8Place {
  readonly offset: number;
  readonly length: number;
}

/** The tensors of a layer, in the order of the file. */
export type Int8LayerTensor =
  | 'inputNorm'
  | 'qNorm'
  | 'kNorm'
  | 'qkv'
  | 'qkvScales'
  | 'output'
  | 'outputScales'
  | 'mlpNorm'
  | 'gateUp'
  | 'gateUpScales'
  | 'down'
  | 'downScales';

export interface Int8Layout {
  readonly layers: readonly Readonly<Record<Int8LayerTensor, Int8Place>>[];
  /** float32 [hidden]: the final norm, and row(yes) − row(no) of the head. */
  readonly norm: Int8Place;
  readonly head: Int8Place;
  /** Bytes of the file. */
  readonly size: number;
}

/** Whether our kernels can compute a model of this shape: they work on eight values at a time. */
export function fitsInt8(shape: ModelShape): boolean {
  return [shape.hidden, shape.headDim, shape.intermediate].every((size) => size % 8 === 0);
}

/**
 * The weights file of `wasm-int8`, computed from the model's shape alone.
 *
 * Norms are float32; `qNorm` holds attention's 1 / √headDim as well. A matrix of N outputs and K inputs is int8 with
 * a float32 scale for each output (`…Scales`, [N]), in panels of four outputs: [N / 4][K / 4][4 outputs][4 inputs].
 * `qkv` are the rows of queries, keys and values one after the other; `gateUp` has panels of both by turns.
 */
export function int8Layout(shape: ModelShape): Int8Layout {
  const { hidden, headDim, intermediate } = shape;
  const queries = shape.heads * headDim;
  const wide = queries + 2 * shape.kvHeads * headDim;
  let size = 0;
  const place = (length: number): Int8Place => {
    const offset = Math.ceil(size / ALIGNMENT) * ALIGNMENT;
    size = offset + length;
    return { offset, length };
  };
  const layers = Array.from({ length: shape.layers }, () => ({
    inputNorm: place(hidden * 4),
    qNorm: place(headDim * 4),
    kNorm: place(headDim * 4),
    qkv: place(wide * hidden),
    qkvScales: place(wide * 4),
    output: place(hidden * queries),
    outputScales: place(hidden * 4),
    mlpNorm: place(hidden * 4),
    gateUp: place(2 * intermediate * hidden),
    gateUpScales: place(2 * intermediate * 4),
    down: place(hidden * intermediate),
    downScales: place(hidden * 4),
  }));
  const norm = place(hidden * 4);
  const head = place(hidden * 4);
  return { layers, norm, head, size };
}
