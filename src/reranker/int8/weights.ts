import { CaseMatcherError } from '../../errors.ts';
import { type Int8Layout, int8Layout, type ModelShape } from '../../weights/index.ts';
import { Heap } from './heap.ts';

const PAGE_BYTES = 65_536;

/** Where things lie in the kernels' memory: the plan at 0, its counters, the weights, and then the heap. */
export const COUNTERS = 1024;
export const WEIGHTS = PAGE_BYTES;

/** Room for activations, keys and values; memory grows into it only as it is used. */
const WORKING_BYTES = 1 << 30;

/** The weights file of `wasm-int8` in the kernels' memory, filled as its bytes arrive. */
export class Int8Weights {
  readonly shape: ModelShape;
  readonly layout: Int8Layout;
  readonly memory: WebAssembly.Memory;
  /** What lies behind the weights. */
  readonly heap: Heap;

  /** Errors: `out-of-memory`. */
  constructor(shape: ModelShape) {
    this.shape = shape;
    this.layout = int8Layout(shape);
    const start = WEIGHTS + this.layout.size;
    this.memory = createMemory(start, start + WORKING_BYTES);
    this.heap = new Heap(this.memory, { start, maximum: start + WORKING_BYTES });
  }

  /** `length` bytes at `offset` of the file, to be filled. */
  at(offset: number, length: number): Uint8Array {
    return new Uint8Array(this.memory.buffer, WEIGHTS + offset, length);
  }
}

function createMemory(bytes: number, maximum: number): WebAssembly.Memory {
  const pages = (count: number): number => Math.ceil(count / PAGE_BYTES);
  try {
    return new WebAssembly.Memory({ initial: pages(bytes), maximum: pages(maximum), shared: true });
  } catch (cause) {
    throw new CaseMatcherError('out-of-memory', { bytes }, { cause });
  }
}
