/** Smaller tensors stay in the graph: shapes are inferred from some of them. */
const LEAST_BYTES = 16 * 1024;
/** Read at a time: holds the fields of a tensor but for its bytes, and many nodes. */
const WINDOW_BYTES = 256 * 1024;

// Field numbers of onnx.proto, and protobuf's wire types.
const MODEL_GRAPH = 7;
const GRAPH_INITIALIZER = 5;
const TENSOR = { rawData: 9, externalData: 13, dataLocation: 14 } as const;
const ENTRY = { key: 1, value: 2 } as const;
const EXTERNAL = 1;
const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

/** A field of a message, as offsets into the file. */
interface Field {
  readonly number: number;
  readonly wireType: number;
  /** Where its tag begins. */
  readonly start: number;
  /** Where its payload begins. */
  readonly payload: number;
  readonly end: number;
}

/**
 * Takes the weights out of an ONNX file without copying them: the graph that is returned declares them as external
 * data that lies in the file itself, called `location`. onnxruntime copies a graph into its memory and unpacks its
 * weights there a second time; external data it takes once.
 *
 * Throws a RangeError where the file is no sound protobuf message.
 */
export async function detachWeights(file: Blob, location: string): Promise<Blob> {
  const reader = new MessageReader(file);
  const parts: BlobPart[] = [];
  for await (const field of reader.fields(0, file.size)) {
    if (field.number !== MODEL_GRAPH || field.wireType !== LENGTH_DELIMITED) {
      parts.push(file.slice(field.start, field.end));
      continue;
    }
    const graph = await detachFromGraph(reader, field, location);
    parts.push(header(MODEL_GRAPH, byteLength(graph)), ...graph);
  }
  return new Blob(parts);
}

async function detachFromGraph(reader: MessageReader, graph: Field, location: string): Promise<BlobPart[]> {
  const parts: BlobPart[] = [];
  let kept = graph.payload;
  for await (const field of reader.fields(graph.payload, graph.end)) {
    if (field.number !== GRAPH_INITIALIZER || field.end - field.payload < LEAST_BYTES) continue;
    parts.push(reader.file.slice(kept, field.start));
    const tensor = await detachFromTensor(reader, field, location);
    parts.push(header(GRAPH_INITIALIZER, byteLength(tensor)), ...tensor);
    kept = field.end;
  }
  return [...parts, reader.file.slice(kept, graph.end)];
}

async function detachFromTensor(reader: MessageReader, tensor: Field, location: string): Promise<BlobPart[]> {
  const parts: BlobPart[] = [];
  for await (const field of reader.fields(tensor.payload, tensor.end)) {
    if (field.number !== TENSOR.rawData || field.wireType !== LENGTH_DELIMITED) {
      parts.push(reader.file.slice(field.start, field.end));
      continue;
    }
    const place = { location, offset: String(field.payload), length: String(field.end - field.payload) };
    for (const [key, value] of Object.entries(place)) {
      const entry = bytesOf(...text(ENTRY.key, key), ...text(ENTRY.value, value));
      parts.push(header(TENSOR.externalData, entry.length), entry);
    }
    parts.push(bytesOf(...varint(TENSOR.dataLocation * 8 + VARINT), EXTERNAL));
  }
  return parts;
}

/** Walks over the fields of protobuf messages in a file of any size, of which it holds a small part. */
class MessageReader {
  readonly file: Blob;
  #window = new Uint8Array(0);
  #start = 0;

  constructor(file: Blob) {
    this.file = file;
  }

  async *fields(start: number, end: number): AsyncGenerator<Field, void> {
    for (let at = start; at < end; ) {
      const tag = await this.#varint(at);
      const wireType = tag.value % 8;
      const length = wireType === LENGTH_DELIMITED ? await this.#varint(tag.end) : undefined;
      const payload = length?.end ?? tag.end;
      const next = payload + (length?.value ?? (await this.#size(wireType, payload)));
      if (next > end) throw new RangeError('A field reaches over the end of its message');
      yield { number: Math.floor(tag.value / 8), wireType, start: at, payload, end: next };
      at = next;
    }
  }

  async #size(wireType: number, payload: number): Promise<number> {
    if (wireType === VARINT) return (await this.#varint(payload)).end - payload;
    if (wireType === FIXED64) return 8;
    if (wireType === FIXED32) return 4;
    throw new RangeError(`Wire type ${wireType}`);
  }

  async #varint(at: number): Promise<{ value: number; end: number }> {
    let value = 0;
    for (let i = 0; i < 10; i++) {
      const byte = await this.#byte(at + i);
      // What is longer than 53 bits is the two's complement of a negative number, whose value is not looked at.
      value += (byte & 127) * 2 ** (7 * i);
      if (byte < 128) return { value, end: at + i + 1 };
    }
    throw new RangeError('A number without an end');
  }

  async #byte(at: number): Promise<number> {
    const inWindow = at - this.#start;
    if (inWindow >= 0 && inWindow < this.#window.length) return this.#window[inWindow] as number;
    this.#window = new Uint8Array(await this.file.slice(at, at + WINDOW_BYTES).arrayBuffer());
    this.#start = at;
    if (this.#window.length === 0) throw new RangeError('The file ends too soon');
    return this.#window[0] as number;
  }
}

function byteLength(parts: readonly BlobPart[]): number {
  return new Blob([...parts]).size;
}

/** Tag and length of a length-delimited field. */
function header(field: number, length: number): Uint8Array<ArrayBuffer> {
  return bytesOf(...varint(field * 8 + LENGTH_DELIMITED), ...varint(length));
}

/** A field of ASCII text. */
function text(field: number, value: string): number[] {
  const bytes = new TextEncoder().encode(value);
  return [...header(field, bytes.length), ...bytes];
}

function bytesOf(...bytes: number[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(bytes);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return [...bytes, rest];
}
