import { type FileHandle, open, rename, rm } from 'node:fs/promises';

/** A file written from start to end. It gets its name once it is whole. */
export class NewFile {
  readonly #handle: FileHandle;
  #size = 0;

  private constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  /** Lets `write` fill the file; an error of it leaves none. */
  static async write(path: string, write: (file: NewFile) => Promise<void>): Promise<void> {
    const file = new NewFile(await open(`${path}.part`, 'w'));
    try {
      await write(file);
    } catch (error) {
      await file.#handle.close();
      await rm(`${path}.part`, { force: true });
      throw error;
    }
    await file.#handle.close();
    await rename(`${path}.part`, path);
  }

  /** Bytes so far. */
  get size(): number {
    return this.#size;
  }

  async append(values: ArrayBufferView): Promise<void> {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    for (let done = 0; done < bytes.length; ) {
      done += (await this.#handle.write(bytes, done, bytes.length - done)).bytesWritten;
    }
    this.#size += bytes.length;
  }

  /** Zeros up to the next multiple of `bytes`. */
  async align(bytes: number): Promise<void> {
    const rest = this.#size % bytes;
    if (rest > 0) await this.append(new Uint8Array(bytes - rest));
  }
}
