import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MAX_CHUNK_BYTES, type PackChunk, type PackFile } from '../weights/manifest.ts';
import { isAlive } from './folder-lock.ts';

/** Name of a file that is being written, with the number of the process that does. */
const TEMPORARY = /^(?:manifest\.json|[0-9a-f]{64}\.bin)\.(\d+)\.tmp$/;

/** A pack's folder. Chunks are named by their hash, so what is there already is not written again. */
export class PackFolder {
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  /** Makes the folder when it is absent, and removes what a killed run was writing. */
  static async create(path: string): Promise<PackFolder> {
    await mkdir(path, { recursive: true });
    for (const name of await readdir(path)) {
      const [, writer] = TEMPORARY.exec(name) ?? [];
      if (writer !== undefined && !isAlive(Number(writer))) await rm(join(path, name), { force: true });
    }
    return new PackFolder(path);
  }

  async writeChunk(bytes: Uint8Array): Promise<PackChunk> {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const path = `${sha256}.bin`;
    const present = await readFile(join(this.#path, path)).catch(() => undefined);
    if (!present?.equals(bytes)) await this.#write(path, bytes);
    return { path, size: bytes.length, sha256 };
  }

  /** A small file in one go. */
  async writeFile(name: string, bytes: Uint8Array): Promise<PackFile> {
    const writer = new ChunkWriter(this, name, MAX_CHUNK_BYTES);
    await writer.append(bytes);
    return writer.finish();
  }

  /** Written last: a folder without it is no pack. */
  async writeManifest(manifest: unknown): Promise<void> {
    await this.#write(
      'manifest.json',
      new TextEncoder().encode(`${JSON.stringify(manifest, undefined, 1)}\n`),
    );
  }

  /** Removes the manifest of an earlier pack, so that a broken run leaves none that names absent chunks. */
  async clearManifest(): Promise<void> {
    await rm(join(this.#path, 'manifest.json'), { force: true });
  }

  async #write(name: string, bytes: Uint8Array): Promise<void> {
    const target = join(this.#path, name);
    const temporary = `${target}.${process.pid}.tmp`;
    try {
      await writeFile(temporary, bytes);
      await rename(temporary, target);
    } finally {
      await rm(temporary, { force: true });
    }
  }
}

/** Cuts a stream of bytes into chunks of `chunkBytes`; holds one chunk at most. */
export class ChunkWriter {
  readonly name: string;
  readonly #folder: PackFolder;
  readonly #chunkBytes: number;
  readonly #chunks: PackChunk[] = [];
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  #size = 0;

  constructor(folder: PackFolder, name: string, chunkBytes: number) {
    this.#folder = folder;
    this.name = name;
    this.#chunkBytes = chunkBytes;
  }

  /** Bytes appended so far. */
  get size(): number {
    return this.#size;
  }

  async append(bytes: Uint8Array): Promise<void> {
    this.#size += bytes.length;
    let rest = bytes;
    while (this.#pendingBytes + rest.length >= this.#chunkBytes) {
      const room = this.#chunkBytes - this.#pendingBytes;
      this.#pending.push(rest.subarray(0, room));
      rest = rest.subarray(room);
      await this.#flush();
    }
    if (rest.length > 0) {
      this.#pending.push(rest);
      this.#pendingBytes += rest.length;
    }
  }

  async finish(): Promise<PackFile> {
    if (this.#pending.length > 0) await this.#flush();
    return { name: this.name, size: this.#size, chunks: this.#chunks };
  }

  async #flush(): Promise<void> {
    this.#chunks.push(await this.#folder.writeChunk(Buffer.concat(this.#pending)));
    this.#pending = [];
    this.#pendingBytes = 0;
  }
}
