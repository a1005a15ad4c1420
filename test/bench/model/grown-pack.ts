import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ChunkWriter, PackFolder } from '../../../src/pack/chunk-writer.ts';
import { Int8File } from '../../../src/pack/int8-file.ts';
import type { Int8Matrix } from '../../../src/pack/quantise.ts';
import {
  type Int8LayerTensor,
  int8Layout,
  PANEL_COLUMNS,
  PANEL_DEPTH,
} from '../../../src/weights/int8-layout.ts';
import {
  type EmbeddingTable,
  MAX_CHUNK_BYTES,
  type ModelShape,
  type PackFile,
  type PackManifest,
} from '../../../src/weights/manifest.ts';
import type { ModelSizes } from './random-model.ts';

/**
 * A pack in larger sizes that computes what a small one does, so that a trained model takes the time of a large one: the
 * small matrices lie in large ones that are zero elsewhere, and further layers add nothing. Wider norms have smaller
 * weights, and a head's dimensions lie where their rotary frequencies are the same. Its vocabulary stays: embeddings are
 * looked up and cost nothing. The small pack's known answers hold for it, which the engine tests at every load.
 *
 * @param small folder of a pack with `wasm-int8`
 */
export async function writeGrownPack(small: string, to: string, sizes: ModelSizes): Promise<void> {
  const manifest = JSON.parse(await readFile(join(small, 'manifest.json'), 'utf8')) as PackManifest;
  const { model, variants, embeddings, tokenizer } = manifest;
  const [variant, table] = [variants['wasm-int8'], embeddings.int8];
  if (variant === undefined || table === undefined) throw new Error('No variant wasm-int8 to grow');
  const { layers, hidden, heads, kvHeads, headDim, intermediate } = sizes;
  const grown = { ...model, layers, hidden, heads, kvHeads, headDim, intermediate };
  grown.rmsEps *= model.hidden / hidden;
  const read = async ({ chunks }: Pick<PackFile, 'chunks'>): Promise<Buffer> =>
    Buffer.concat(await Promise.all(chunks.map(({ path }) => readFile(join(small, path)))));

  const folder = await PackFolder.create(to);
  const weights = await growWeights(await read(variant.weights[0] as PackFile), {
    small: model,
    grown,
    folder,
  });
  const embedding = await growEmbeddings(await read(table), { table, columns: hidden, folder });
  await folder.writeManifest({
    ...manifest,
    model: { ...grown, id: `${model.id}, grown` },
    tokenizer: await folder.writeFile(tokenizer.name, await read(tokenizer)),
    embeddings: { int8: embedding },
    variants: { 'wasm-int8': { ...variant, weights: [weights] } },
  } satisfies PackManifest);
}

async function growEmbeddings(
  bytes: Buffer,
  { table, columns, folder }: { table: EmbeddingTable; columns: number; folder: PackFolder },
): Promise<EmbeddingTable> {
  const [from, to] = [table.columns + 4, columns + 4];
  const writer = new ChunkWriter(folder, table.name, Math.floor(MAX_CHUNK_BYTES / to) * to);
  for (let row = 0; row < table.rows; row++) {
    const grown = new Uint8Array(to);
    grown.set(bytes.subarray(row * from, row * from + table.columns));
    grown.set(bytes.subarray(row * from + table.columns, (row + 1) * from), columns);
    await writer.append(grown);
  }
  return { ...(await writer.finish()), rows: table.rows, columns };
}

async function growWeights(
  bytes: Buffer,
  { small, grown, folder }: { small: ModelShape; grown: ModelShape; folder: PackFolder },
): Promise<PackFile> {
  const layout = int8Layout(small);
  const file = new Int8File(folder, grown);
  const floats = ({ offset, length }: { offset: number; length: number }): Float32Array =>
    new Float32Array(Uint8Array.from(bytes.subarray(offset, offset + length)).buffer);
  const vector = (name: string, values: Float32Array, places: Places, factor = 1): Promise<void> => {
    const padded = new Float32Array(places.size);
    values.forEach((value, i) => {
      padded[places.of[i] as number] = value * factor;
    });
    return file.vector(name, padded);
  };
  const matrix = (name: string, from: Int8Matrix | undefined, rows: Places, columns: Places): Promise<void> =>
    file.matrix(name, {
      rows: rows.size,
      columns: columns.size,
      values: new Float32Array(0),
      int8: growMatrix(from, rows, columns),
    });

  const first = (count: number, size: number): Places => ({
    of: Array.from({ length: count }, (_, i) => i),
    size,
  });
  const hidden = first(small.hidden, grown.hidden);
  const inner = first(small.intermediate, grown.intermediate);
  const head: Places = { of: headPlaces(small.headDim, grown.headDim), size: grown.headDim };
  const queries = headsOf(small.heads, grown.heads, head);
  const keys = headsOf(small.kvHeads, grown.kvHeads, head);
  // The mean of squares is over more, of which the further are zero.
  const wider = Math.sqrt(small.hidden / grown.hidden);
  const longer = Math.sqrt(small.headDim / grown.headDim);
  for (let layer = 0; layer < grown.layers; layer++) {
    const places = layout.layers[layer];
    const name = (part: string): string => `layers.${layer}.${part}`;
    const values = (tensor: Int8LayerTensor): Float32Array =>
      places ? floats(places[tensor]) : new Float32Array(0);
    const parts = (tensor: 'qkv' | 'output' | 'gateUp' | 'down', columns: number): Int8Matrix | undefined => {
      if (places === undefined) return undefined;
      const { offset, length } = places[tensor];
      const panels = new Int8Array(bytes.buffer, bytes.byteOffset + offset, length);
      return { values: rowsOf(panels, columns), scales: floats(places[`${tensor}Scales`]) };
    };
    await vector(name('input_layernorm'), values('inputNorm'), hidden, wider);
    await vector(name('self_attn.q_norm'), values('qNorm'), head, longer);
    await vector(name('self_attn.k_norm'), values('kNorm'), head, longer);
    const qkv = parts('qkv', small.hidden);
    const rows = [queries.of.length, keys.of.length, keys.of.length];
    const [q, k, v] = qkv ? oneAfterAnother(qkv, rows, small.hidden) : [];
    await matrix(name('self_attn.q_proj'), q, queries, hidden);
    await matrix(name('self_attn.k_proj'), k, keys, hidden);
    await matrix(name('self_attn.v_proj'), v, keys, hidden);
    await matrix(name('self_attn.o_proj'), parts('output', queries.of.length), hidden, queries);
    await vector(name('post_attention_layernorm'), values('mlpNorm'), hidden, wider);
    const gateUp = parts('gateUp', small.hidden);
    const [gate, up] = gateUp ? byTurns(gateUp, small.hidden) : [];
    await matrix(name('mlp.gate_proj'), gate, inner, hidden);
    await matrix(name('mlp.up_proj'), up, inner, hidden);
    await matrix(name('mlp.down_proj'), parts('down', small.intermediate), hidden, inner);
  }
  await vector('norm', floats(layout.norm), hidden, wider);
  await vector('head', floats(layout.head), hidden);
  return file.finish();
}

/** Where the values of a small axis lie on a large one. */
interface Places {
  readonly of: readonly number[];
  readonly size: number;
}

/** Rotary frequency i of n is θ^(−i / n), and belongs to dimensions i and n + i. */
function headPlaces(small: number, grown: number): number[] {
  const step = grown / small;
  return Array.from({ length: small }, (_, i) => i * step);
}

function headsOf(small: number, grown: number, head: Places): Places {
  const of = Array.from({ length: small }, (_, i) => head.of.map((place) => i * head.size + place)).flat();
  return { of, size: grown * head.size };
}

function growMatrix(from: Int8Matrix | undefined, rows: Places, columns: Places): Int8Matrix {
  const grown = { values: new Int8Array(rows.size * columns.size), scales: new Float32Array(rows.size) };
  if (from === undefined) return grown;
  rows.of.forEach((to, row) => {
    grown.scales[to] = from.scales[row] as number;
    columns.of.forEach((column, i) => {
      grown.values[to * columns.size + column] = from.values[row * columns.of.length + i] as number;
    });
  });
  return grown;
}

/** [rows / 4][columns / 4][4 rows][4 columns] → [rows, columns] */
function rowsOf(panels: Int8Array, columns: number): Int8Array {
  const values = new Int8Array(panels.length);
  let at = 0;
  for (let row = 0; row < panels.length / columns; row += PANEL_COLUMNS) {
    for (let column = 0; column < columns; column += PANEL_DEPTH) {
      for (let i = row; i < row + PANEL_COLUMNS; i++) {
        for (let j = column; j < column + PANEL_DEPTH; j++) values[i * columns + j] = panels[at++] as number;
      }
    }
  }
  return values;
}

function oneAfterAnother(
  { values, scales }: Int8Matrix,
  rows: readonly number[],
  columns: number,
): Int8Matrix[] {
  let start = 0;
  return rows.map((count) => {
    const end = start + count;
    const part = { values: values.slice(start * columns, end * columns), scales: scales.slice(start, end) };
    start = end;
    return part;
  });
}

/** Panels of two matrices by turns → the two. */
function byTurns({ values, scales }: Int8Matrix, columns: number): [Int8Matrix, Int8Matrix] {
  const part = (turn: number): Int8Matrix => {
    const rows = Array.from({ length: scales.length }, (_, row) => row).filter(
      (row) => Math.floor(row / PANEL_COLUMNS) % 2 === turn,
    );
    return {
      values: Int8Array.from(rows.flatMap((row) => [...values.subarray(row * columns, (row + 1) * columns)])),
      scales: Float32Array.from(rows, (row) => scales[row] as number),
    };
  };
  return [part(0), part(1)];
}
