import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const MEBIBYTE = 1 << 20;

function bytesOf(length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, i) => i * 7 + (i >> 12));
}

/** A Blob whose streams give this; `slice` is the true one's. */
class StreamedBlob extends Blob {
  readonly #stream: (bytes: Uint8Array<ArrayBuffer>) => ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly #bytes: Uint8Array<ArrayBuffer>;

  constructor(
    bytes: Uint8Array<ArrayBuffer>,
    stream: (bytes: Uint8Array<ArrayBuffer>) => ReadableStream<Uint8Array<ArrayBuffer>>,
  ) {
    super([bytes]);
    this.#bytes = bytes;
    this.#stream = stream;
  }

  override stream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    return this.#stream(this.#bytes);
  }
}

describe('reading a Blob', () => {
  // Whether such readers stop is remembered.
  let readBlob: typeof import('../../src/weights/read-blob.ts').readBlob;
  beforeEach(async () => {
    vi.resetModules();
    ({ readBlob } = await import('../../src/weights/read-blob.ts'));
  });
  afterEach(() => vi.useRealTimers());

  it.each([0, 1, MEBIBYTE, MEBIBYTE + 1, 3 * MEBIBYTE + 5])(
    'copies %i bytes to where they belong',
    async (size) => {
      const bytes = bytesOf(size);
      const into = new Uint8Array(new SharedArrayBuffer(size));
      await readBlob(new Blob([bytes]), into);
      expect(Buffer.compare(Buffer.from(into), Buffer.from(bytes))).toBe(0);
    },
  );

  it.each([10, 2 * MEBIBYTE])('refuses a Blob of %i bytes where other bytes are awaited', async (size) => {
    const blob = new Blob([bytesOf(size)]);
    await expect(readBlob(blob, new Uint8Array(size + 1))).rejects.toThrow(RangeError);
    await expect(readBlob(blob, new Uint8Array(size - 1))).rejects.toThrow(RangeError);
  });

  it('goes on by another reader where one that brings its buffer stops, and begins with that one from then on', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const bytes = bytesOf(3 * MEBIBYTE);
    const stops = vi.fn((all: Uint8Array<ArrayBuffer>) => {
      let given = false;
      return new ReadableStream({
        type: 'bytes',
        pull: (controller) => {
          if (given) return new Promise<void>(() => {});
          given = true;
          controller.enqueue(all.slice(0, 1000));
        },
      });
    });
    const into = new Uint8Array(bytes.length);
    const reading = readBlob(new StreamedBlob(bytes, stops), into);
    await vi.advanceTimersByTimeAsync(2000);
    await reading;
    expect(Buffer.compare(into, bytes)).toBe(0);
    expect(stops).toHaveBeenCalledTimes(1);

    const again = new Uint8Array(bytes.length);
    await readBlob(new StreamedBlob(bytes, stops), again);
    expect(Buffer.compare(again, bytes)).toBe(0);
    expect(stops).toHaveBeenCalledTimes(1);
  });

  it('reads where streams of Blobs know no such reader', async () => {
    const bytes = bytesOf(2 * MEBIBYTE);
    const plain = (all: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array<ArrayBuffer>> =>
      new ReadableStream({
        start: (controller) => {
          controller.enqueue(all);
          controller.close();
        },
      });
    const into = new Uint8Array(bytes.length);
    await readBlob(new StreamedBlob(bytes, plain), into);
    expect(Buffer.compare(into, bytes)).toBe(0);
  });

  it('hands on what the disk has to say', async () => {
    const broken = (): ReadableStream<Uint8Array<ArrayBuffer>> =>
      new ReadableStream({ type: 'bytes', start: (controller) => controller.error(new Error('broken')) });
    const blob = new StreamedBlob(bytesOf(2 * MEBIBYTE), broken);
    await expect(readBlob(blob, new Uint8Array(blob.size))).rejects.toThrow('broken');
  });
});
