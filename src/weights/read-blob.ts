/** A disk that gives nothing for so long is taken for broken; the weights can still be fetched. */
const STALL_SECONDS = 30;

/** Read at a time into a buffer that is brought; a Blob no longer than that is not worth one. */
const BROUGHT_BYTES = 1 << 20;
const BROUGHT_STALL_SECONDS = 2;

/** Whether a reader that brings its buffer has stopped here, so that others would too. */
let hasStopped = false;

/**
 * Copies a Blob into `into`, which is as long, piece by piece: `blob.arrayBuffer()` takes the whole length again in
 * memory that Chromium gives back late (600 MB of weights peaked 570 MB higher, and took longer).
 * Rejects when the browser cannot read it, or does not for half a minute.
 */
export async function readBlob(blob: Blob, into: Uint8Array): Promise<void> {
  let at = await readByBroughtBuffer(blob, into);
  if (at < blob.size) {
    const reader = blob.slice(at).stream().getReader();
    for (;;) {
      const { done, value } = await within(STALL_SECONDS, reader.read());
      if (done) break;
      into.set(value, at);
      at += value.length;
    }
  }
  if (at !== into.length) throw new RangeError('The Blob is shorter than it says');
}

/**
 * Resolves to how many bytes it has read: all of them, or as far as it came. A start takes a fifth longer (`npm run
 * bench -- --loading`) by buffers that the browser makes anew for each piece, whose every page the system has to find. In Chromium 156 such a reader has been
 * seen to stop for ever, in the second page of an origin that reads the same Blobs, so that it is not waited for long.
 */
async function readByBroughtBuffer(blob: Blob, into: Uint8Array): Promise<number> {
  const reader = blob.size > BROUGHT_BYTES && !hasStopped ? broughtBufferReader(blob) : undefined;
  if (reader === undefined) return 0;
  let at = 0;
  let buffer = new ArrayBuffer(BROUGHT_BYTES);
  for (;;) {
    const read = reader.read(new Uint8Array(buffer));
    const piece = await within(BROUGHT_STALL_SECONDS, read).catch((error: unknown) => {
      if (!isTimeout(error)) throw error;
      hasStopped = true;
    });
    if (piece?.value === undefined || piece.done) break;
    into.set(piece.value, at);
    at += piece.value.length;
    buffer = piece.value.buffer;
  }
  // Of a stream that has stopped, this may never be answered.
  reader.cancel().catch(() => {});
  return at;
}

/** Undefined where the browser's streams of Blobs know nothing of it. */
function broughtBufferReader(blob: Blob): ReadableStreamBYOBReader | undefined {
  try {
    return blob.stream().getReader({ mode: 'byob' });
  } catch {
    return undefined;
  }
}

/**
 * Whether a stored Blob's last byte can be read. To be asked of each before parts of several are composed and read: where a
 * file has become shorter on disk, Chromium 156 ends the stream of a single part of it, but spins for ever, and the whole
 * browser with it, over a Blob that is composed of them (`arrayBuffer()` does over one).
 */
export function isWhole(blob: Blob): Promise<boolean> {
  return canRead(blob.slice(blob.size - 1), new Uint8Array(1));
}

/** {@link readBlob}, for whom it is enough to know whether all of it was read. */
export function canRead(blob: Blob, into: Uint8Array): Promise<boolean> {
  return readBlob(blob, into).then(
    () => true,
    () => false,
  );
}

function isTimeout(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'TimeoutError';
}

function within<T>(seconds: number, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new DOMException('stalled', 'TimeoutError')), seconds * 1000);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
