/** A disk that gives nothing for so long is taken for broken; the weights can still be fetched. */
const STALL_SECONDS = 30;

/**
 * Copies a Blob into `into`, which is as long, piece by piece: `blob.arrayBuffer()` takes the whole length again in
 * memory that Chromium gives back late (600 MB of weights peaked 570 MB higher, and took longer).
 * Rejects when the browser cannot read it, or does not for half a minute.
 */
export async function readBlob(blob: Blob, into: Uint8Array): Promise<void> {
  let at = 0;
  for await (const piece of piecesOf(blob.stream())) {
    into.set(piece, at);
    at += piece.length;
  }
  if (at !== into.length) throw new RangeError('The Blob is shorter than it says');
}

/**
 * Not with a reader that brings its own buffer, though it would save garbage: in Chromium 156 such a one stops for ever
 * in the second page of an origin that reads the same Blobs.
 */
async function* piecesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await within(STALL_SECONDS, reader.read());
    if (done) return;
    yield value;
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

function within<T>(seconds: number, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new DOMException('stalled', 'TimeoutError')), seconds * 1000);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
