/**
 * The Dice coefficient of two sets of terms: twice what they have in common, of both sets' terms. 0…1; 0 for two empty
 * sets.
 */
export function dice(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  if (a.size + b.size === 0) return 0;
  let common = 0;
  for (const term of a) if (b.has(term)) common++;
  return (2 * common) / (a.size + b.size);
}

/** Letters and digits alone, in compatibility form and lower case: what is left when spelling does not matter. */
export function plain(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');
}
