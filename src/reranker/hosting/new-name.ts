/** A name that nobody else has (`crypto.randomUUID` is younger than Chromium 91, and for secure contexts alone). */
export function newName(prefix: string): string {
  const words = crypto.getRandomValues(new Uint32Array(4));
  return `${prefix} ${[...words].map((word) => word.toString(36)).join('-')}`;
}
