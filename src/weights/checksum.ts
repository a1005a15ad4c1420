/** Odd, with well spread bits: those of MurmurHash3's finaliser (A. Appleby). */
const FACTORS = [0x85ebca6b, 0xc2b2ae35] as const;

/**
 * A checksum of 128 bits against decay, not against malice: a disk that loses or flips bits of what was verified by
 * SHA-256 when it came. Some ten times faster than that, which counts for 600 MB at every start.
 */
export function checksum(bytes: Uint8Array): string {
  const start = bytes.byteOffset;
  // A view of words needs an aligned start.
  if (start % 4 !== 0) return checksum(bytes.slice());
  const words = new Uint32Array(bytes.buffer, start, bytes.length >> 2);
  let [a, b, c, d] = [1, 2, 3, bytes.length];
  let i = 0;
  for (; i + 4 <= words.length; i += 4) {
    a = mix(a, words[i] as number);
    b = mix(b, words[i + 1] as number);
    c = mix(c, words[i + 2] as number);
    d = mix(d, words[i + 3] as number);
  }
  for (let at = i * 4; at < bytes.length; at++) a = mix(a, bytes[at] as number);
  return [a, b, c, d].map((lane) => (lane >>> 0).toString(16).padStart(8, '0')).join('');
}

/**
 * A checksum of 32 bits for each row of `rowBytes`, a multiple of four: so rows that are read one by one can be checked
 * without the others. `bytes`: whole rows.
 */
export function rowChecksums(bytes: Uint8Array, rowBytes: number): Uint32Array<ArrayBuffer> {
  const start = bytes.byteOffset;
  if (start % 4 !== 0) return rowChecksums(bytes.slice(), rowBytes);
  const words = new Uint32Array(bytes.buffer, start, bytes.length >> 2);
  const rowWords = rowBytes >> 2;
  return Uint32Array.from({ length: bytes.length / rowBytes }, (_, row) => {
    let lane = 1;
    for (let at = row * rowWords; at < (row + 1) * rowWords; at++) lane = mix(lane, words[at] as number);
    return lane;
  });
}

function mix(lane: number, word: number): number {
  const product = Math.imul(lane ^ word, FACTORS[0]);
  return Math.imul((product << 13) | (product >>> 19), FACTORS[1]);
}
