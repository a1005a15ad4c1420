import { describe, expect, it } from 'vitest';
import { Heap } from '../../../src/reranker/int8/heap.ts';

const PAGE = 65_536;

function heapOf(pages: number, maximum: number): Heap {
  const memory = new WebAssembly.Memory({ initial: pages, maximum, shared: true });
  return new Heap(memory, { start: 100, maximum: maximum * PAGE });
}

describe('Heap', () => {
  it('gives out regions that do not overlap, aligned to 64 bytes', () => {
    const heap = heapOf(1, 4);
    const regions = [10, 64, 65, 1000].map((bytes) => ({ start: heap.allocate(bytes), bytes }));
    let end = 100;
    for (const { start, bytes } of regions) {
      expect(start % 64).toBe(0);
      expect(start).toBeGreaterThanOrEqual(end);
      end = start + bytes;
    }
  });

  it('uses freed regions again, neighbours as one', () => {
    const heap = heapOf(1, 1);
    const all = Array.from({ length: 15 }, () => heap.allocate(4096));
    expect(() => heap.allocate(8192)).toThrow('out-of-memory');
    heap.free(all[4] as number);
    heap.free(all[6] as number);
    heap.free(all[5] as number);
    expect(heap.allocate(3 * 4096)).toBe(all[4]);
  });

  it('grows the memory when there is no room, up to its maximum and no further', () => {
    const heap = heapOf(1, 3);
    heap.allocate(2 * PAGE);
    expect(heap.memory.buffer.byteLength).toBe(3 * PAGE);
    expect(() => heap.allocate(PAGE)).toThrow(
      expect.objectContaining({ code: 'out-of-memory', details: { bytes: PAGE } }),
    );
    expect(heap.allocate(64)).toBeGreaterThan(0);
  });

  it('refuses to free what it did not give out', () => {
    const heap = heapOf(1, 1);
    const address = heap.allocate(64);
    heap.free(address);
    expect(() => heap.free(address)).toThrow(RangeError);
  });
});
