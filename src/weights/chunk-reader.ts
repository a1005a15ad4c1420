import type { PackChunk } from './manifest.ts';

export type ExpectedChunk = Pick<PackChunk, 'size' | 'sha256'>;

/** Reads stored chunks and checks that they are still the bytes that they were. */
export interface ChunkReader {
  /**
   * Puts a chunk's bytes into `into`, which is as long, where it is given. Resolves to the chunk as the browser keeps it;
   * undefined where it is not stored, or damaged.
   */
  read(expected: ExpectedChunk, into?: Uint8Array): Promise<Blob | undefined>;
}
