import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';

const READ_BYTES = 1 << 20;

export interface FileDigests {
  readonly size: number;
  readonly sha256: string;
  /** Git's id of the content, where asked for. */
  readonly gitSha1?: string;
}

/** A file that grows as it is downloaded, hashed on the way; what an earlier run left of it is hashed first. */
export class PartFile {
  readonly #handle: FileHandle;
  readonly #gitSize: number | undefined;
  #size = 0;
  #sha256: Hash = createHash('sha256');
  #gitSha1: Hash | undefined;

  private constructor(handle: FileHandle, gitSize: number | undefined) {
    this.#handle = handle;
    this.#gitSize = gitSize;
    this.#startHashes();
  }

  static async open(
    path: string,
    options: {
      /** Computes git's id too, which starts with the size that the whole will have. */
      readonly gitSize?: number;
      readonly signal?: AbortSignal;
      /** Told of the bytes found, as they are hashed. */
      readonly onRead?: (size: number) => void;
    } = {},
  ): Promise<PartFile> {
    const handle = await open(path, 'a+');
    const part = new PartFile(handle, options.gitSize);
    try {
      const buffer = new Uint8Array(READ_BYTES);
      for (;;) {
        options.signal?.throwIfAborted();
        const { bytesRead } = await handle.read(buffer, 0, READ_BYTES, part.#size);
        if (bytesRead === 0) return part;
        part.#count(buffer.subarray(0, bytesRead));
        options.onRead?.(part.#size);
      }
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  get size(): number {
    return this.#size;
  }

  async append(bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await this.#handle.write(bytes, done);
      this.#count(bytes.subarray(done, done + bytesWritten));
      done += bytesWritten;
    }
  }

  async clear(): Promise<void> {
    await this.#handle.truncate(0);
    this.#size = 0;
    this.#startHashes();
  }

  /** Ends the hashes: nothing can be appended afterwards, but for a {@link clear}. */
  digests(): FileDigests {
    const gitSha1 = this.#gitSha1?.digest('hex');
    return {
      size: this.#size,
      sha256: this.#sha256.digest('hex'),
      ...(gitSha1 === undefined ? {} : { gitSha1 }),
    };
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  #count(bytes: Uint8Array): void {
    this.#size += bytes.length;
    this.#sha256.update(bytes);
    this.#gitSha1?.update(bytes);
  }

  #startHashes(): void {
    this.#sha256 = createHash('sha256');
    if (this.#gitSize !== undefined) this.#gitSha1 = createHash('sha1').update(`blob ${this.#gitSize}\0`);
  }
}
