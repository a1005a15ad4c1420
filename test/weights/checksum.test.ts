import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checksum, rowChecksums } from '../../src/weights/checksum.ts';

describe('checksum', () => {
  it('is the same for the same bytes, wherever they lie', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(7), (bytes, offset) => {
        const moved = new Uint8Array(bytes.length + offset);
        moved.set(bytes, offset);
        expect(checksum(moved.subarray(offset))).toBe(checksum(bytes));
      }),
    );
  });

  it('notices every single bit that flips, and every length', () => {
    const bytes = Uint8Array.from({ length: 75 }, (_, i) => i * 37);
    const seen = new Set([checksum(bytes), checksum(bytes.subarray(0, 74))]);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = bytes.slice();
      flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
      seen.add(checksum(flipped));
    }
    expect(seen.size).toBe(2 + bytes.length * 8);
  });

  it('notices blocks that are zero or have changed places, as a failing disk leaves them', () => {
    const bytes = Uint8Array.from({ length: 64 * 1024 }, (_, i) => Math.imul(i, 0x9e3779b1) >>> 24);
    const zero = bytes.slice().fill(0, 4096, 8192);
    const swapped = bytes.slice();
    swapped.set(bytes.subarray(4096, 8192), 8192);
    swapped.set(bytes.subarray(8192, 12_288), 4096);
    expect(new Set([bytes, zero, swapped].map(checksum)).size).toBe(3);
  });
});

describe('checksums of rows', () => {
  it('are those of the rows one by one, wherever they lie, and each notices every bit', () => {
    const bytes = Uint8Array.from({ length: 4 * 12 }, (_, i) => i * 37);
    const all = rowChecksums(bytes, 12);
    const alone = [0, 1, 2, 3].map((row) => rowChecksums(bytes.subarray(row * 12, (row + 1) * 12), 12)[0]);
    expect([...all]).toEqual(alone);
    const moved = new Uint8Array(bytes.length + 1);
    moved.set(bytes, 1);
    expect(rowChecksums(moved.subarray(1), 12)).toEqual(all);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = bytes.slice();
      flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
      const changed = rowChecksums(flipped, 12).map((sum, row) => Number(sum !== all[row]));
      expect([...changed]).toEqual([0, 1, 2, 3].map((row) => Number(row === Math.floor(bit / 96))));
    }
  });
});
