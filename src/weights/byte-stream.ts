const PIECE_BYTES = 1 << 20;

/**
 * Copies a Blob into `into`, which is as long, piece by piece: `blob.arrayBuffer()` takes the whole length again in
 * memory that Chromium gives back late (600 MB of weights peaked 570 MB higher, and took longer).
 * Rejects when the browser cannot read it.
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
 * The bytes of a stream, piece by piece, each of them good until the next is asked for: where the browser streams
 * into a buffer that it is given, all are in the same one.
 */
export async function* piecesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  const reader = byteReader(stream);
  if (reader === undefined) {
    const plain = stream.getReader();
    for (;;) {
      const { done, value } = await plain.read();
      if (done) return;
      yield value;
    }
  }
  let buffer = new ArrayBuffer(PIECE_BYTES);
  for (;;) {
    const { done, value } = await reader.read(new Uint8Array(buffer));
    if (done) return;
    yield value;
    buffer = value.buffer;
  }
}

function byteReader(stream: ReadableStream<Uint8Array>): ReadableStreamBYOBReader | undefined {
  try {
    return stream.getReader({ mode: 'byob' });
  } catch {
    return undefined;
  }
}
