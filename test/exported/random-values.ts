/**
 * Evenly distributed numbers of the deviation asked for, from a name. Integer arithmetic and one multiplication: the
 * same bits in every JavaScript engine.
 */
export function randomValues(name: string, count: number, deviation: number): Float32Array {
  let state = 2166136261;
  for (const character of name) state = Math.imul(state ^ character.charCodeAt(0), 16777619);
  const width = 2 * Math.sqrt(3) * deviation;
  return Float32Array.from({ length: count }, () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32 - 0.5) * width;
  });
}
