import { halfBits } from '../../../src/weights/float16.ts';
import { NewFile } from './new-file.ts';

/** Value types of GGUF's metadata, and the codes that the format gives them. */
const VALUE_CODES = { uint32: 4, int32: 5, float32: 6, bool: 7, string: 8 } as const;
const ARRAY_CODE = 9;
const TENSOR_CODES = { f32: 0, q8_0: 8 } as const;
const ALIGNMENT = 32;
export const Q8_BLOCK = 32;
/** A half-precision scale and 32 values. */
const Q8_BLOCK_BYTES = 2 + Q8_BLOCK;

type Scalar =
  | readonly [type: 'uint32' | 'int32' | 'float32', value: number]
  | readonly [type: 'bool', value: boolean]
  | readonly [type: 'string', value: string];
type List =
  | readonly [type: 'array', of: 'int32', values: readonly number[]]
  | readonly [type: 'array', of: 'string', values: readonly string[]];
export type MetadataValue = Scalar | List;

export interface GgufTensor {
  readonly name: string;
  readonly type: keyof typeof TENSOR_CODES;
  /** Rows first; one number for a vector. */
  readonly shape: readonly number[];
  /** The values, float32, in any number of pieces of whole rows. */
  readonly values: () => AsyncIterable<Float32Array>;
}

/** Writes a GGUF file, version 3: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md */
export async function writeGguf(
  path: string,
  metadata: Readonly<Record<string, MetadataValue>>,
  tensors: readonly GgufTensor[],
): Promise<void> {
  await NewFile.write(path, async (file) => {
    await file.append(headerBytes(metadata, tensors));
    await file.align(ALIGNMENT);
    for (const { type, values } of tensors) {
      for await (const piece of values()) await file.append(type === 'f32' ? piece : quantiseQ8(piece));
      await file.align(ALIGNMENT);
    }
  });
}

function headerBytes(
  metadata: Readonly<Record<string, MetadataValue>>,
  tensors: readonly GgufTensor[],
): Buffer {
  const entries = Object.entries(metadata);
  const parts = [Buffer.from('GGUF'), uint32(3), uint64(tensors.length), uint64(entries.length)];
  for (const [key, value] of entries) parts.push(text(key), valueBytes(value));
  let offset = 0;
  for (const { name, type, shape } of tensors) {
    const count = shape.reduce((product, size) => product * size, 1);
    parts.push(text(name), uint32(shape.length));
    // The format counts the fastest axis first.
    for (const size of [...shape].reverse()) parts.push(uint64(size));
    parts.push(uint32(TENSOR_CODES[type]), uint64(offset));
    const size = type === 'f32' ? count * 4 : (count / Q8_BLOCK) * Q8_BLOCK_BYTES;
    offset += Math.ceil(size / ALIGNMENT) * ALIGNMENT;
  }
  return Buffer.concat(parts);
}

function valueBytes(value: MetadataValue): Buffer {
  if (value[0] !== 'array') return Buffer.concat([uint32(VALUE_CODES[value[0]]), scalarBytes(value)]);
  const [, of, values] = value;
  const start = [uint32(ARRAY_CODE), uint32(VALUE_CODES[of]), uint64(values.length)];
  return Buffer.concat(start.concat(values.map((item) => scalarBytes([of, item] as Scalar))));
}

function scalarBytes(scalar: Scalar): Buffer {
  if (scalar[0] === 'string') return text(scalar[1]);
  if (scalar[0] === 'bool') return Buffer.from([scalar[1] ? 1 : 0]);
  const bytes = Buffer.alloc(4);
  if (scalar[0] === 'float32') bytes.writeFloatLE(scalar[1]);
  else if (scalar[0] === 'int32') bytes.writeInt32LE(scalar[1]);
  else bytes.writeUInt32LE(scalar[1]);
  return bytes;
}

function uint32(value: number): Buffer {
  return scalarBytes(['uint32', value]);
}

function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([uint64(bytes.length), bytes]);
}

/** Q8_0: per block of 32 a half-precision scale, largest value / 127, and int8 values. */
function quantiseQ8(values: Float32Array): Uint8Array {
  const blocks = values.length / Q8_BLOCK;
  const bytes = new Uint8Array(blocks * Q8_BLOCK_BYTES);
  const view = new DataView(bytes.buffer);
  for (let block = 0; block < blocks; block++) {
    let most = 0;
    for (let i = 0; i < Q8_BLOCK; i++)
      most = Math.max(most, Math.abs(values[block * Q8_BLOCK + i] as number));
    const scale = most / 127;
    const at = block * Q8_BLOCK_BYTES;
    view.setUint16(at, halfBits(scale), true);
    for (let i = 0; i < Q8_BLOCK; i++) {
      view.setInt8(
        at + 2 + i,
        scale === 0 ? 0 : Math.round((values[block * Q8_BLOCK + i] as number) / scale),
      );
    }
  }
  return bytes;
}
