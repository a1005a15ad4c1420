import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as ort from 'onnxruntime-web';
import { Embedding } from '../../src/reranker/embedding.ts';
import { Int8Scorer } from '../../src/reranker/int8/scorer.ts';
import { Int8Weights } from '../../src/reranker/int8/weights.ts';
import { halfToFloat32 } from '../../src/weights/float16.ts';
import type {
  EmbeddingEncoding,
  PackFile,
  PackManifest,
  VariantName,
  WeightFile,
} from '../../src/weights/manifest.ts';

/** Runs `work` with an empty folder that is removed afterwards. */
export async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'case-matcher-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export async function readPackFile(folder: string, file: PackFile): Promise<Uint8Array> {
  return Buffer.concat(await Promise.all(file.chunks.map((chunk) => readFile(join(folder, chunk.path)))));
}

/** As a graph gets them. */
async function readWeights(folder: string, file: WeightFile): Promise<Uint8Array> {
  const bytes = await readPackFile(folder, file);
  if (file.encoding === undefined) return bytes;
  const halves = new Uint16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  return new Uint8Array(halfToFloat32(halves).buffer);
}

export type PastKeyValues = ReadonlyMap<string, ort.Tensor>;

export interface GraphRun {
  readonly ids: readonly number[];
  readonly positions?: readonly number[];
  /** What token i of this run may see of past and new tokens; causal by default. */
  readonly sees?: (token: number, other: number) => boolean;
  readonly past?: PastKeyValues;
  readonly read: readonly number[];
  /** Rows of keys and values that are left out of what is given out; none by default. */
  readonly from?: number;
}

/** A variant of a pack on onnxruntime's WASM backend. */
export class PackRunner {
  readonly #manifest: PackManifest;
  readonly #session: ort.InferenceSession;
  readonly #embeddings: Float32Array;

  private constructor(manifest: PackManifest, session: ort.InferenceSession, embeddings: Float32Array) {
    this.#manifest = manifest;
    this.#session = session;
    this.#embeddings = embeddings;
  }

  static async load(folder: string, name: VariantName): Promise<PackRunner> {
    const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')) as PackManifest;
    const variant = manifest.variants[name];
    if (!variant) throw new Error(`no variant ${name}`);
    ort.env.wasm.numThreads = 1;
    const externalData = await Promise.all(
      variant.weights.map(async (file) => ({ path: file.name, data: await readWeights(folder, file) })),
    );
    if (!variant.graph) throw new Error(`${name} has no graph`);
    const graph = await readPackFile(folder, variant.graph);
    const session = await ort.InferenceSession.create(graph, { externalData, executionProviders: ['wasm'] });
    return new PackRunner(manifest, session, await readEmbeddings(folder, manifest, variant.embedding));
  }

  async run(run: GraphRun): Promise<{ logits: number[]; present: PastKeyValues }> {
    const { layers, hidden, kvHeads, headDim } = this.#manifest.model;
    const count = run.ids.length;
    const pastLength = run.past?.get('0.key')?.dims[1] ?? 0;
    const positions = run.positions ?? run.ids.map((_, i) => pastLength + i);
    const sees = run.sees ?? ((token, other) => other <= pastLength + token);
    const total = pastLength + count;
    const bias = new Float32Array(count * total);
    for (let token = 0; token < count; token++) {
      for (let other = 0; other < total; other++) bias[token * total + other] = sees(token, other) ? 0 : -1e9;
    }
    const embeddings = new Float32Array(count * hidden);
    for (const [i, id] of run.ids.entries()) {
      embeddings.set(this.#embeddings.subarray(id * hidden, (id + 1) * hidden), i * hidden);
    }
    const feeds: Record<string, ort.Tensor> = {
      embeddings: new ort.Tensor('float32', embeddings, [count, hidden]),
      positions: new ort.Tensor('int64', BigInt64Array.from(positions, BigInt), [count]),
      bias: new ort.Tensor('float32', bias, [count, total]),
      read: new ort.Tensor('int64', BigInt64Array.from(run.read, BigInt), [run.read.length]),
      from: new ort.Tensor('int64', BigInt64Array.of(BigInt(run.from ?? 0)), [1]),
    };
    for (let layer = 0; layer < layers; layer++) {
      for (const part of [`${layer}.key`, `${layer}.value`]) {
        feeds[`past.${part}`] =
          run.past?.get(part) ?? new ort.Tensor('float32', new Float32Array(0), [kvHeads, 0, headDim]);
      }
    }
    const results = await this.#session.run(feeds);
    const present = new Map<string, ort.Tensor>();
    for (const [name, tensor] of Object.entries(results)) {
      if (name.startsWith('present.')) present.set(name.slice('present.'.length), tensor);
    }
    return { logits: Array.from(results.logits?.data as Float32Array), present };
  }

  async release(): Promise<void> {
    await this.#session.release();
  }
}

/** The variant `wasm-int8` of a pack on our own kernels, with one thread. */
export async function loadKernels(
  folder: string,
  options: { module?: WebAssembly.Module } = {},
): Promise<Int8Scorer> {
  const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')) as PackManifest;
  const [file] = manifest.variants['wasm-int8']?.weights ?? [];
  const table = manifest.embeddings.int8;
  if (!file || !table) throw new Error('no variant wasm-int8');
  const weights = new Int8Weights(manifest.model);
  weights.at(0, file.size).set(await readPackFile(folder, file));
  const chunks = await Promise.all(
    table.chunks.map(async ({ path }) => ({ blob: new Blob([await readFile(join(folder, path))]) })),
  );
  return Int8Scorer.start(weights, new Embedding(table, 'int8', chunks), options);
}

async function readEmbeddings(
  folder: string,
  manifest: PackManifest,
  encoding: EmbeddingEncoding,
): Promise<Float32Array> {
  const table = manifest.embeddings[encoding];
  if (!table) throw new Error(`no embeddings ${encoding}`);
  const bytes = await readPackFile(folder, table);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { rows, columns } = table;
  const values = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const scale = encoding === 'int8' ? view.getFloat32(row * (columns + 4) + columns, true) : 1;
    for (let i = 0; i < columns; i++) {
      values[row * columns + i] =
        encoding === 'int8'
          ? view.getInt8(row * (columns + 4) + i) * scale
          : view.getFloat32((row * columns + i) * 4, true);
    }
  }
  return values;
}

/** Largest distance between two lists of equal length. */
export function distance(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  return a.reduce((worst, value, i) => Math.max(worst, Math.abs(value - (b[i] ?? Number.NaN))), 0);
}
