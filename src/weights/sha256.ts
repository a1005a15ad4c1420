/**
 * SHA-256 as lower-case hex. On plain-http intranet pages `crypto.subtle` is absent; a JavaScript
 * implementation takes its place there, some ten times slower.
 */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const subtle: SubtleCrypto | undefined = globalThis.crypto?.subtle;
  if (subtle !== undefined) return hex(new Uint8Array(await subtle.digest('SHA-256', bytes)));
  const library = await import('@noble/hashes/sha2.js');
  return hex(library.sha256(bytes));
}

/** SHA-256 of bytes that come in pieces, in JavaScript: `crypto.subtle` takes them whole only. */
export async function runningSha256(): Promise<{ update(bytes: Uint8Array): void; hex(): string }> {
  const library = await import('@noble/hashes/sha2.js');
  const hash = library.sha256.create();
  return {
    update: (bytes) => void hash.update(bytes),
    hex: () => hex(hash.digest()),
  };
}

function hex(digest: Uint8Array): string {
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
