import type { ModelShape } from '../../weights/index.ts';
import type { Heap } from './heap.ts';
import { roundUp } from './key-values.ts';
import type { Plan } from './plan.ts';

/** Rows of a document that attention takes at once. */
const BLOCK_ROWS = 4;

/** New tokens of one document. */
export interface Segment {
  readonly ids: Int32Array;
  /** Position of its first token. */
  readonly position: number;
  /** Where its keys and values go, a multiple of 4 for a document of its own; the first of all its tokens. */
  readonly slot: number;
  readonly firstSlot: number;
}

/** Documents one after the other, each at a slot of its own. Returns the slots taken as well. */
export function placeSegments(suffixes: readonly Int32Array[], position: number) {
  let slots = 0;
  const segments = suffixes.map((ids): Segment => {
    const slot = slots;
    slots += roundUp(ids.length);
    return { ids, position, slot, firstSlot: slot };
  });
  return { segments, slots };
}

/** The buffers of one run of the model, laid out for its number of rows. */
export class Run {
  readonly rows: number;
  readonly #heap: Heap;
  readonly #shape: ModelShape;
  readonly #segments: readonly Segment[];
  readonly #addresses: number[] = [];
  readonly #stream: number;
  readonly #keptRows: number;
  readonly #blocks: number;
  readonly #readBlocks: number;
  readonly logits: number;

  /** Writes what stays the same in every layer into the plan: buffers, positions, and who sees whom. */
  constructor(options: {
    heap: Heap;
    shape: ModelShape;
    plan: Plan;
    segments: readonly Segment[];
    frequencies: Float64Array;
  }) {
    const { heap, shape, plan, segments } = options;
    this.#heap = heap;
    this.#shape = shape;
    this.#segments = segments;
    this.rows = segments.reduce((sum, { ids }) => sum + ids.length, 0);
    // Products are made of four rows at a time, or of six.
    const rows = Math.ceil(this.rows / 12) * 12;
    const { hidden, headDim, intermediate } = shape;
    const queries = shape.heads * headDim;
    const float32 = (columns: number): number => this.#allocate(rows * columns * 4);
    this.#stream = float32(hidden);
    this.#keptRows = this.#allocate(segments.length * 4);
    this.#blocks = this.#allocate(this.rows * 16);
    this.#readBlocks = this.#allocate(segments.length * 16);
    this.logits = this.#allocate(segments.length * 4);
    const [slots, cos, sin] = [float32(1), float32(headDim / 2), float32(headDim / 2)];
    plan.set({
      rows: this.rows,
      slots,
      cos,
      sin,
      stream: this.#stream,
      wide: float32(Math.max(hidden, queries + 2 * shape.kvHeads * headDim)),
      context: float32(queries),
      product: float32(intermediate),
      quantised: this.#allocate(rows * Math.max(hidden, queries, intermediate) * 2),
      rowScales: float32(1),
    });
    this.#writeSlots(slots);
    this.#writeRotation(cos, sin, options.frequencies);
    this.#writeBlocks();
  }

  /** The embeddings of all rows, to be filled in. */
  get stream(): Float32Array<ArrayBuffer> {
    const { buffer } = this.#heap.memory;
    return new Float32Array(buffer as ArrayBuffer, this.#stream, this.rows * this.#shape.hidden);
  }

  /** A layer after which all rows go on. */
  keepAll(plan: Plan): void {
    plan.set({ kept: this.rows, keptRows: 0, blocks: this.#blocks, blockCount: this.#blockCount() });
  }

  /** The last layer of a prefill: nothing but its keys and values is wanted. */
  keepNone(plan: Plan): void {
    plan.set({ kept: 0, keptRows: 0, blockCount: 0 });
  }

  /** The last layer: the last row of each document goes on. */
  keepLast(plan: Plan): void {
    const { length } = this.#segments;
    plan.set({ kept: length, keptRows: this.#keptRows, blocks: this.#readBlocks, blockCount: length });
  }

  release(): void {
    for (const address of this.#addresses) this.#heap.free(address);
  }

  #allocate(bytes: number): number {
    const address = this.#heap.allocate(bytes);
    this.#addresses.push(address);
    return address;
  }

  #integers(address: number, length: number): Int32Array {
    return new Int32Array(this.#heap.memory.buffer, address, length);
  }

  #writeSlots(address: number): void {
    const slots = this.#integers(address, this.rows);
    let row = 0;
    for (const { ids, slot } of this.#segments) {
      for (let i = 0; i < ids.length; i++) slots[row++] = slot + i;
    }
  }

  /** cos and sin of position · theta^(−2i / headDim): RoFormer, eq. 15. */
  #writeRotation(cosAddress: number, sinAddress: number, frequencies: Float64Array): void {
    const half = frequencies.length;
    const cos = new Float32Array(this.#heap.memory.buffer, cosAddress, this.rows * half);
    const sin = new Float32Array(this.#heap.memory.buffer, sinAddress, this.rows * half);
    let at = 0;
    for (const { ids, position } of this.#segments) {
      for (let i = 0; i < ids.length; i++) {
        for (const frequency of frequencies) {
          cos[at] = Math.cos((position + i) * frequency);
          sin[at++] = Math.sin((position + i) * frequency);
        }
      }
    }
  }

  #blockCount(): number {
    return this.#segments.reduce((sum, { ids }) => sum + Math.ceil(ids.length / BLOCK_ROWS), 0);
  }

  #writeBlocks(): void {
    const blocks = this.#integers(this.#blocks, this.#blockCount() * 4);
    const readBlocks = this.#integers(this.#readBlocks, this.#segments.length * 4);
    const kept = this.#integers(this.#keptRows, this.#segments.length);
    let [row, at] = [0, 0];
    for (const [i, { ids, slot, firstSlot }] of this.#segments.entries()) {
      for (let first = 0; first < ids.length; first += BLOCK_ROWS) {
        const count = Math.min(BLOCK_ROWS, ids.length - first);
        blocks.set([row + first, count, slot + first, firstSlot], at);
        at += 4;
      }
      row += ids.length;
      kept[i] = row - 1;
      readBlocks.set([row - 1, 1, slot + ids.length - 1, firstSlot], i * 4);
    }
  }
}
