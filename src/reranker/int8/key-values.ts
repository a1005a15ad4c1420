import type { ModelShape } from '../../weights/index.ts';
import type { Prefix } from '../scorer.ts';
import type { Heap } from './heap.ts';
import type { PlanField } from './plan.ts';

/** Tokens are read four at a time. */
const GRAIN = 4;

/**
 * The keys and values of a token sequence in the kernels' memory, layer after layer, keys before values:
 * [kvHeads][capacity] of int16 [headDim] with a float32 scale. A token of the 0.6B model takes 114 KiB.
 */
export class KeyValues implements Prefix {
  length = 0;
  readonly #heap: Heap;
  readonly #shape: ModelShape;
  readonly #capacity: number;
  readonly #address: number;
  readonly #bytes: number;
  /** Bytes of a token in one head, and of one layer's keys or its values. */
  readonly #token: number;
  readonly #half: number;

  /**
   * @param layers how many are held: all for a prefix, one for what only the layer at work needs. Errors: `out-of-memory`.
   */
  constructor(heap: Heap, shape: ModelShape, options: { capacity: number; layers: number }) {
    this.#heap = heap;
    this.#shape = shape;
    this.#capacity = roundUp(Math.max(1, options.capacity));
    this.#token = shape.headDim * 2 + 4;
    this.#half = shape.kvHeads * this.#capacity * this.#token;
    this.#bytes = 2 * this.#half * options.layers;
    this.#address = heap.allocate(this.#bytes);
  }

  release(): void {
    this.#heap.free(this.#address);
  }

  /** All of it as it lies in memory: what one sequence holds is another's of the same capacity and layers. */
  get bytes(): Uint8Array {
    return new Uint8Array(this.#heap.memory.buffer, this.#address, this.#bytes);
  }

  /** As what lies before the new tokens. */
  asPast(layer: number): Partial<Record<PlanField, number>> {
    const pastKeys = this.#address + 2 * this.#half * layer;
    return {
      pastLength: this.length,
      pastCapacity: this.#capacity,
      pastKeys,
      pastValues: pastKeys + this.#half,
    };
  }

  /** As the place for the keys and values of new tokens. */
  asNew(layer: number): Partial<Record<PlanField, number>> {
    const newKeys = this.#address + 2 * this.#half * layer;
    return { newCapacity: this.#capacity, newKeys, newValues: newKeys + this.#half };
  }

  /** Takes over the tokens of another sequence. */
  copyFrom(other: KeyValues): void {
    const { layers, kvHeads } = this.#shape;
    const bytes = new Uint8Array(this.#heap.memory.buffer);
    for (let head = 0; head < layers * 2 * kvHeads; head++) {
      const from = other.#address + head * other.#capacity * this.#token;
      const to = this.#address + head * this.#capacity * this.#token;
      bytes.copyWithin(to, from, from + other.length * this.#token);
    }
    this.length = other.length;
  }
}

/** The first number of tokens, not below `tokens`, at which another document may start. */
export function roundUp(tokens: number): number {
  return Math.ceil(tokens / GRAIN) * GRAIN;
}
