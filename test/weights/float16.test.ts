import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bfloat16ToFloat32, halfBits, halfToFloat32, nearestHalf } from '../../src/weights/float16.ts';

describe('halves', () => {
  it.each([
    [0x0000, 0],
    [0x3c00, 1],
    [0xc000, -2],
    [0x7bff, 65504],
    [0x0400, 2 ** -14],
    [0x0001, 2 ** -24],
    [0x83ff, -1023 * 2 ** -24],
    [0x7c00, Number.POSITIVE_INFINITY],
    [0xfc00, Number.NEGATIVE_INFINITY],
    [0x7e00, Number.NaN],
  ])('%i is %d', (bits, value) => {
    expect(halfToFloat32(Uint16Array.of(bits))[0]).toBe(value);
  });
});

describe('the nearest half', () => {
  it('of every half is itself', () => {
    const bits = Uint16Array.from({ length: 65_536 }, (_, i) => i);
    const wrong = [...halfToFloat32(bits)].filter((value) => !Object.is(nearestHalf(value), value));
    // Minus zero is plus zero.
    expect(wrong).toEqual([-0]);
  });

  it('is nearer than its neighbours', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, min: -65_504, max: 65_504 }), (value) => {
        const bits = halfBits(value);
        const neighbours = halfToFloat32(Uint16Array.of(bits, bits + 1, bits === 0 ? 1 : bits - 1));
        const distances = [...neighbours].map((other) => Math.abs(other - value));
        expect(distances[0]).toBe(Math.min(...distances.filter(Number.isFinite)));
      }),
    );
  });

  it.each([
    [1 + 1 / 2048, 1],
    [1 + 3 / 2048, 1 + 2 / 1024],
    [2 ** -25, 0],
    [3 * 2 ** -25, 2 ** -23],
    [65_519, 65_504],
    [65_520, Number.POSITIVE_INFINITY],
    [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY],
    [Number.NaN, Number.NaN],
  ])('of %d is %d', (value, half) => {
    expect(nearestHalf(value)).toBe(half);
  });
});

describe('bfloat16', () => {
  it.each([
    [0x3f80, 1],
    [0xbfc0, -1.5],
    [0x7f80, Number.POSITIVE_INFINITY],
    [0x0000, 0],
  ])('%i is %d', (bits, value) => {
    expect(bfloat16ToFloat32(Uint16Array.of(bits))[0]).toBe(value);
  });
});
