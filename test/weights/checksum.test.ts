import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checksum } from '../../src/weights/checksum.ts';

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
