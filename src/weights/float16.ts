/** IEEE 754 half precision bits to float32, by a table of all 65,536 values (256 KiB, built once). */
export function halfToFloat32(bits: Uint16Array): Float32Array {
  const values = new Float32Array(bits.length);
  for (let i = 0; i < bits.length; i++) values[i] = table()[bits[i] as number] as number;
  return values;
}

/** The half precision value that is nearest. */
export function nearestHalf(value: number): number {
  return table()[halfBits(value)] as number;
}

/** The bits of the half precision value that is nearest, of two equally near ones the even; beyond 65,504 infinity. */
export function halfBits(value: number): number {
  const sign = value < 0 ? 0x8000 : 0;
  const size = Math.abs(value);
  if (Number.isNaN(value)) return NOT_A_NUMBER;
  if (size >= LEAST_INFINITE) return sign | INFINITY;
  if (size < SMALLEST_NORMAL) return sign | roundHalfToEven(size * 2 ** 24);
  const exponent = Math.floor(Math.log2(size));
  const fraction = roundHalfToEven((size / 2 ** exponent - 1) * 1024);
  // A fraction that was rounded up to 1024 carries over into the exponent by itself.
  return sign | (((exponent + 15) << 10) + fraction);
}

const SMALLEST_NORMAL = 2 ** -14;
const LEAST_INFINITE = 65_520;
const INFINITY = 0x7c00;
const NOT_A_NUMBER = 0x7e00;

function roundHalfToEven(value: number): number {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

/** bfloat16 bits to float32: they are the upper half of the float32. */
export function bfloat16ToFloat32(bits: Uint16Array): Float32Array {
  const words = new Uint32Array(bits.length);
  for (let i = 0; i < bits.length; i++) words[i] = (bits[i] as number) << 16;
  return new Float32Array(words.buffer);
}

let halves: Float32Array | undefined;

function table(): Float32Array {
  if (halves) return halves;
  halves = new Float32Array(65536);
  for (let bits = 0; bits < 65536; bits++) {
    const sign = bits & 0x8000 ? -1 : 1;
    const exponent = (bits >> 10) & 31;
    const fraction = bits & 1023;
    if (exponent === 31) halves[bits] = fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
    else if (exponent === 0) halves[bits] = sign * fraction * 2 ** -24;
    else halves[bits] = sign * (1024 + fraction) * 2 ** (exponent - 25);
  }
  return halves;
}
