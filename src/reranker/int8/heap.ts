import { CaseMatcherError } from '../../errors.ts';

const PAGE_BYTES = 65_536;
const ALIGNMENT = 64;

interface Region {
  readonly start: number;
  readonly bytes: number;
}

/**
 * Who owns which bytes of the kernels' memory. First fit; neighbours that are free become one again. The memory
 * grows as needed up to its maximum and never shrinks, as WebAssembly has it.
 */
export class Heap {
  readonly memory: WebAssembly.Memory;
  readonly #maximum: number;
  readonly #taken = new Map<number, number>();
  #free: Region[];

  /** @param start the first byte that is ours; `maximum` of the memory, in bytes. */
  constructor(memory: WebAssembly.Memory, options: { start: number; maximum: number }) {
    this.memory = memory;
    this.#maximum = options.maximum;
    const start = aligned(options.start);
    this.#free = [{ start, bytes: memory.buffer.byteLength - start }];
  }

  /** Address of `bytes` that are not initialised. Errors: `out-of-memory`. */
  allocate(bytes: number): number {
    const wanted = Math.max(ALIGNMENT, aligned(bytes));
    const region = this.#free.find((free) => free.bytes >= wanted) ?? this.#grow(wanted);
    this.#free = this.#free.flatMap((free) => {
      if (free !== region) return [free];
      return free.bytes === wanted ? [] : [{ start: free.start + wanted, bytes: free.bytes - wanted }];
    });
    this.#taken.set(region.start, wanted);
    return region.start;
  }

  free(address: number): void {
    const bytes = this.#taken.get(address);
    if (bytes === undefined) throw new RangeError('Not an address that was given out');
    this.#taken.delete(address);
    this.#add({ start: address, bytes });
  }

  #grow(wanted: number): Region {
    const end = this.memory.buffer.byteLength;
    const last = this.#free[this.#free.length - 1];
    const start = last !== undefined && last.start + last.bytes === end ? last.start : end;
    const pages = Math.ceil((start + wanted - end) / PAGE_BYTES);
    if (end + pages * PAGE_BYTES > this.#maximum) throw outOfMemory(wanted);
    try {
      this.memory.grow(pages);
    } catch (cause) {
      throw outOfMemory(wanted, cause);
    }
    this.#add({ start: end, bytes: pages * PAGE_BYTES });
    return this.#free[this.#free.length - 1] as Region;
  }

  #add(region: Region): void {
    const sorted = [...this.#free, region].sort((a, b) => a.start - b.start);
    this.#free = [];
    for (const next of sorted) {
      const last = this.#free[this.#free.length - 1];
      if (last !== undefined && last.start + last.bytes === next.start) {
        this.#free[this.#free.length - 1] = { start: last.start, bytes: last.bytes + next.bytes };
      } else {
        this.#free.push(next);
      }
    }
  }
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}

function outOfMemory(bytes: number, cause?: unknown): CaseMatcherError {
  return new CaseMatcherError('out-of-memory', { bytes }, { cause });
}
