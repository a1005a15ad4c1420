import { type FileHandle, open, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { bfloat16ToFloat32, halfToFloat32 } from '../weights/float16.ts';
import { inputError } from './input-error.ts';

/** The format's own limit: https://github.com/huggingface/safetensors, MAX_HEADER_SIZE. */
const MAX_HEADER_BYTES = 100_000_000;
export const WEIGHTS_INDEX = 'model.safetensors.index.json';
const VALUE_BYTES: ReadonlyMap<string, number> = new Map([
  ['F32', 4],
  ['F16', 2],
  ['BF16', 2],
]);

interface StoredTensor {
  readonly handle: FileHandle;
  readonly file: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Of the first value in the file, in bytes. */
  readonly offset: number;
  readonly size: number;
}

/**
 * The tensors of one `.safetensors` file, or of several behind `model.safetensors.index.json`. Headers are read
 * and checked at once, values only when asked for, as float32 whatever they are stored as.
 */
export class Safetensors {
  readonly files: readonly string[];
  readonly #tensors: ReadonlyMap<string, StoredTensor>;
  readonly #handles: readonly FileHandle[];

  private constructor(
    files: readonly string[],
    handles: readonly FileHandle[],
    tensors: Map<string, StoredTensor>,
  ) {
    this.files = files;
    this.#handles = handles;
    this.#tensors = tensors;
  }

  /** @throws CaseMatcherError `invalid-input`: no file, a missing shard, a header that makes no sense, a short file */
  static async open(folder: string): Promise<Safetensors> {
    const { files, weightMap } = await findWeights(folder);
    const handles: FileHandle[] = [];
    const tensors = new Map<string, StoredTensor>();
    try {
      for (const file of files) {
        const handle = await openFile(folder, file);
        handles.push(handle);
        for (const [name, tensor] of await readHeader(handle, file)) {
          if (tensors.has(name)) throw inputError(file, `tensor ${name} is in two files`);
          tensors.set(name, tensor);
        }
      }
      for (const [name, file] of weightMap) {
        if (tensors.get(name)?.file !== file)
          throw inputError(WEIGHTS_INDEX, `tensor ${name} is not in ${file}`);
      }
      return new Safetensors(files, handles, tensors);
    } catch (error) {
      await closeAll(handles);
      throw error;
    }
  }

  has(name: string): boolean {
    return this.#tensors.has(name);
  }

  /** @throws CaseMatcherError `invalid-input`: no such tensor, another shape, a type other than F32, F16, BF16 */
  check(name: string, shape: readonly number[]): void {
    const tensor = this.#tensors.get(name);
    if (!tensor) throw inputError(name, 'tensor missing');
    if (!VALUE_BYTES.has(tensor.dtype)) {
      throw inputError(name, `type ${tensor.dtype} is not supported, only F32, F16 and BF16 are`);
    }
    if (tensor.shape.length !== shape.length || tensor.shape.some((size, i) => size !== shape[i])) {
      throw inputError(name, `shape [${tensor.shape.join(', ')}] instead of [${shape.join(', ')}]`);
    }
  }

  /** A whole tensor. */
  async read(name: string, shape: readonly number[]): Promise<Float32Array> {
    this.check(name, shape);
    return this.readRows(name, 0, shape[0] as number);
  }

  /** Rows `first`…`first + count − 1` along the first axis, one after the other. */
  async readRows(name: string, first: number, count: number): Promise<Float32Array> {
    const tensor = this.#tensors.get(name);
    const valueBytes = tensor && VALUE_BYTES.get(tensor.dtype);
    if (!tensor || !valueBytes) throw inputError(name, 'tensor missing or of an unsupported type');
    if (first < 0 || first + count > (tensor.shape[0] as number)) throw inputError(name, 'no such rows');
    const rowBytes = tensor.shape.slice(1).reduce((product, size) => product * size, valueBytes);
    const bytes = new Uint8Array(count * rowBytes);
    await readFully(tensor.handle, bytes, tensor.offset + first * rowBytes, tensor.file);
    if (tensor.dtype === 'F32') return new Float32Array(bytes.buffer);
    const bits = new Uint16Array(bytes.buffer);
    return tensor.dtype === 'F16' ? halfToFloat32(bits) : bfloat16ToFloat32(bits);
  }

  async close(): Promise<void> {
    await closeAll(this.#handles);
  }
}

/** The files of weights in a folder. @throws CaseMatcherError `invalid-input` where there are none, or too many */
export async function findWeights(
  folder: string,
): Promise<{ files: string[]; weightMap: Map<string, string> }> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw inputError(folder, 'not a folder that can be read', cause);
  });
  if (!names.includes(WEIGHTS_INDEX)) {
    const files = names.filter((name) => name.endsWith('.safetensors'));
    if (files.length === 1) return { files, weightMap: new Map() };
    if (files.length === 0) throw inputError(folder, 'no .safetensors file');
    throw inputError(folder, `several .safetensors files, but no ${WEIGHTS_INDEX}`);
  }
  const weightMap = parseIndex(await readFile(join(folder, WEIGHTS_INDEX), 'utf8'));
  return { files: shardsOf(weightMap), weightMap };
}

/** The files that an index names, sorted. @throws CaseMatcherError `invalid-input` when it is none */
export function shardNames(index: string): string[] {
  return shardsOf(parseIndex(index));
}

function shardsOf(weightMap: ReadonlyMap<string, string>): string[] {
  return [...new Set(weightMap.values())].sort();
}

function parseIndex(text: string): Map<string, string> {
  const index = parseJson(text, WEIGHTS_INDEX);
  const entries = isRecord(index) && isRecord(index.weight_map) ? Object.entries(index.weight_map) : [];
  if (entries.length === 0) throw inputError(WEIGHTS_INDEX, 'no weight_map');
  const weightMap = new Map<string, string>();
  for (const [name, file] of entries) {
    if (typeof file !== 'string' || /[/\\]/.test(file) || !file.endsWith('.safetensors')) {
      throw inputError(WEIGHTS_INDEX, `tensor ${name} is in no .safetensors file beside the index`);
    }
    weightMap.set(name, file);
  }
  return weightMap;
}

async function openFile(folder: string, file: string): Promise<FileHandle> {
  try {
    return await open(join(folder, file), 'r');
  } catch (cause) {
    throw inputError(file, 'file missing or unreadable', cause);
  }
}

/** The format: a little-endian uint64 length, that many bytes of JSON, then the values. */
async function readHeader(handle: FileHandle, file: string): Promise<Map<string, StoredTensor>> {
  const { size } = await handle.stat();
  const start = new Uint8Array(8);
  await readFully(handle, start, 0, file);
  const length = Number(new DataView(start.buffer).getBigUint64(0, true));
  if (length > MAX_HEADER_BYTES) throw inputError(file, `header of ${length} bytes: not a safetensors file`);
  const bytes = new Uint8Array(length);
  await readFully(handle, bytes, 8, file);
  const header = parseJson(new TextDecoder().decode(bytes), file);
  if (!isRecord(header)) throw inputError(file, 'header is not an object');

  const tensors = new Map<string, StoredTensor>();
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const tensor = readEntry(entry, 8 + length);
    if (!tensor) throw inputError(file, `header entry ${name} makes no sense`);
    if (tensor.offset + tensor.size > size)
      throw inputError(file, `truncated: tensor ${name} ends after the file`);
    tensors.set(name, { ...tensor, handle, file });
  }
  return tensors;
}

function readEntry(entry: unknown, dataStart: number): Omit<StoredTensor, 'handle' | 'file'> | undefined {
  if (!isRecord(entry) || typeof entry.dtype !== 'string') return undefined;
  const { shape, data_offsets: offsets, dtype } = entry;
  if (!isSizes(shape) || !isSizes(offsets) || offsets.length !== 2) return undefined;
  const [begin, end] = offsets as [number, number];
  const valueBytes = VALUE_BYTES.get(dtype);
  const size = end - begin;
  if (size < 0) return undefined;
  if (valueBytes !== undefined && shape.reduce((product, n) => product * n, valueBytes) !== size)
    return undefined;
  return { dtype, shape, offset: dataStart + begin, size };
}

async function readFully(
  handle: FileHandle,
  bytes: Uint8Array,
  position: number,
  file: string,
): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesRead } = await handle.read(bytes, done, bytes.length - done, position + done);
    if (bytesRead === 0) throw inputError(file, 'truncated: the file ends too early');
    done += bytesRead;
  }
}

async function closeAll(handles: readonly FileHandle[]): Promise<void> {
  await Promise.all(handles.map((handle) => handle.close()));
}

/** Parses JSON of a model folder. @throws CaseMatcherError `invalid-input` */
export function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw inputError(file, 'not JSON', cause);
  }
}

/** Reads a JSON file of a model folder. @throws CaseMatcherError `invalid-input` when it is missing or no JSON */
export async function readJson(folder: string, file: string): Promise<unknown> {
  const info = await stat(join(folder, file)).catch((cause: unknown) => {
    throw inputError(file, `file missing in ${folder}`, cause);
  });
  if (!info.isFile()) throw inputError(file, 'not a file');
  return parseJson(await readFile(join(folder, file), 'utf8'), file);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && (n as number) >= 0);
}
