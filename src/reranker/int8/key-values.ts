import type { ModelShape } from '../../weights/index.ts';
import type { Prefix } from '../scorer.ts';
import type { Heap } from './heap.ts';
import type { PlanField } from './plan.ts';

/** Tokens are read eight at a time. */
const GRAIN = 8;

/**
 * The keys and values of a token sequence in the kernels' memory, float32, layer after layer: keys
 * [kvHeads][capacity / 4][headDim][4 tokens], then values [kvHeads][headDim / 8][capacity][8].
 */
export class KeyValues implements Prefix {
  length = 0;
  readonly #heap: Heap;
  readonly #shape: ModelShape;
  readonly #capacity: number;
  readonly #address: number;
  readonly #bytes: number;
  /** Bytes of one layer's keys, and of its values. */
  readonly #half: number;

  /**
   * @param layers how many are held: all for a prefix, one for what only the layer at work needs. Errors: `out-of-memory`.
   */
  constructor(heap: Heap, shape: ModelShape, options: { capacity: number; layers: number }) {
    this.#heap = heap;
    this.#shape = shape;
    this.#capacity = roundUp(Math.max(1, options.capacity));
    this.#half = shape.kvHeads * this.#capacity * shape.headDim * 4;
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
    const { layers, kvHeads, headDim } = this.#shape;
    const bytes = new Uint8Array(this.#heap.memory.buffer);
    const copy = (from: number, to: number, count: number): void => {
      bytes.copyWithin(to, from, from + count);
    };
    for (let part = 0; part < layers * kvHeads; part++) {
      const [layer, head] = [Math.floor(part / kvHeads), part % kvHeads];
      const from = other.#address + 2 * other.#half * layer + head * other.#capacity * headDim * 4;
      const to = this.#address + 2 * this.#half * layer + head * this.#capacity * headDim * 4;
      copy(from, to, roundUp(other.length) * headDim * 4);
      for (let group = 0; group < headDim / 8; group++) {
        const source = from + other.#half + group * other.#capacity * 32;
        copy(source, to + this.#half + group * this.#capacity * 32, other.length * 32);
      }
    }
    this.length = other.length;
  }
}

/** The first number of tokens, not below `tokens`, at which another document may start. */
export function roundUp(tokens: number): number {
  return Math.ceil(tokens / GRAIN) * GRAIN;
}
