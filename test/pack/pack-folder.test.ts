import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ChunkWriter, PackFolder } from '../../src/pack/chunk-writer.ts';
import { pack } from '../../src/pack/pack.ts';
import { WeightFiles } from '../../src/pack/weight-files.ts';
import {
  MAX_CHUNK_BYTES,
  type PackFile,
  type PackManifest,
  type WeightFile,
} from '../../src/weights/manifest.ts';
import { writeModel } from './model-writer.ts';
import { readPackFile, withFolder } from './pack-runner.ts';

const MIB = 1024 * 1024;

describe('a pack folder', () => {
  it('holds exactly the chunks of the manifest, each under its hash', async () => {
    await withFolder(async (folder) => {
      await writeModel(join(folder, 'official'));
      const out = join(folder, 'pack');
      const manifest = await pack({ from: join(folder, 'official'), out });
      expect(JSON.parse(await readFile(join(out, 'manifest.json'), 'utf8'))).toEqual(manifest);
      const paths = new Set<string>();
      for (const file of filesOf(manifest)) {
        expect(file.size).toBe(file.chunks.reduce((sum, chunk) => sum + chunk.size, 0));
        for (const chunk of file.chunks) {
          const bytes = await readFile(join(out, chunk.path));
          expect(bytes.length).toBe(chunk.size);
          expect(sha256(bytes)).toBe(chunk.sha256);
          expect(chunk.path).toBe(`${chunk.sha256}.bin`);
          paths.add(chunk.path);
        }
      }
      expect((await readdir(out)).sort()).toEqual([...paths, 'manifest.json'].sort());
    });
  });

  it('tells of each WebGPU variant, and of no other, what it needs of a GPU', async () => {
    await withFolder(async (folder) => {
      await writeModel(join(folder, 'official'));
      const { variants } = await pack({ from: join(folder, 'official'), out: join(folder, 'pack') });
      const needs = Object.entries(variants).flatMap(([name, variant]) => (variant.needs ? [name] : []));
      expect(needs.sort()).toEqual(['webgpu-fp32', 'webgpu-q4']);
      const weights = (name: 'webgpu-fp32' | 'webgpu-q4') =>
        variants[name]?.weights.reduce((sum, { size }) => sum + size, 0) ?? 0;
      const more =
        (variants['webgpu-fp32']?.needs?.memory ?? 0) - (variants['webgpu-q4']?.needs?.memory ?? 0);
      // Files have up to 63 bytes between tensors, which no GPU holds.
      expect(Math.abs(more - (weights('webgpu-fp32') - weights('webgpu-q4')))).toBeLessThan(64 * 100);
    });
  });

  it('names the official files that it was made from', async () => {
    await withFolder(async (folder) => {
      await writeModel(join(folder, 'official'), { shards: 2 });
      const { sources } = await pack({ from: join(folder, 'official'), out: join(folder, 'pack') });
      expect(sources.map((source) => source.name)).toEqual([
        'config.json',
        'tokenizer.json',
        'model-00001-of-00002.safetensors',
        'model-00002-of-00002.safetensors',
      ]);
      for (const source of sources) {
        const bytes = await readFile(join(folder, 'official', source.name));
        expect(source).toEqual({ name: source.name, size: bytes.length, sha256: sha256(bytes) });
      }
    });
  });

  it('is the same, byte for byte, when packed twice', async () => {
    await withFolder(async (folder) => {
      await writeModel(join(folder, 'official'));
      for (const out of ['a', 'b']) await pack({ from: join(folder, 'official'), out: join(folder, out) });
      const names = await readdir(join(folder, 'a'));
      expect(await readdir(join(folder, 'b'))).toEqual(names);
      for (const name of names) {
        const [a, b] = await Promise.all(['a', 'b'].map((out) => readFile(join(folder, out, name))));
        expect(a?.equals(b as Buffer), name).toBe(true);
      }
    });
  });

  it('keeps sound chunks of an earlier run and replaces spoilt ones', async () => {
    await withFolder(async (folder) => {
      await writeModel(join(folder, 'official'));
      const out = join(folder, 'pack');
      const { tokenizer, embeddings } = await pack({ from: join(folder, 'official'), out });
      const kept = join(out, tokenizer.chunks[0]?.path ?? '');
      const spoilt = join(out, embeddings.int8?.chunks[0]?.path ?? '');
      const sound = await readFile(spoilt);
      await writeFile(spoilt, 'spoilt');
      const before = (await stat(kept, { bigint: true })).mtimeNs;
      await pack({ from: join(folder, 'official'), out });
      expect((await stat(kept, { bigint: true })).mtimeNs).toBe(before);
      expect((await readFile(spoilt)).equals(sound)).toBe(true);
    });
  });

  it('holds only the encodings that the chosen variants need', async () => {
    await withFolder(async (folder) => {
      await writeModel(join(folder, 'official'));
      const manifest = await pack({
        from: join(folder, 'official'),
        out: join(folder, 'p'),
        variants: ['wasm-int8'],
      });
      expect(Object.keys(manifest.embeddings)).toEqual(['int8']);
      expect(Object.keys(manifest.variants)).toEqual(['wasm-int8']);
    });
  });

  it('shares weights and graph between the float32 variants', async () => {
    await withFolder(async (folder) => {
      await writeModel(join(folder, 'official'));
      const { variants } = await pack({ from: join(folder, 'official'), out: join(folder, 'pack') });
      expect(variants['webgpu-fp32']?.weights).toEqual(variants['wasm-fp32']?.weights);
      expect(variants['webgpu-fp32']?.graph).toEqual(variants['wasm-fp32']?.graph);
    });
  });

  it('has no manifest after an aborted run, even where an earlier one was', async () => {
    await withFolder(async (folder) => {
      await writeModel(join(folder, 'official'));
      const options = { from: join(folder, 'official'), out: join(folder, 'pack') };
      await pack(options);
      const abort = new AbortController();
      const onProgress = ({ phase }: { phase: string }) => {
        if (phase === 'weights') abort.abort();
      };
      await expect(pack({ ...options, signal: abort.signal, onProgress })).rejects.toMatchObject({
        name: 'AbortError',
      });
      expect(await readdir(options.out)).not.toContain('manifest.json');
    });
  });
});

describe('embeddings of several chunks', () => {
  it('hold the same number of whole rows in every chunk but the last', async () => {
    await withFolder(async (folder) => {
      await writeModel(join(folder, 'official'), {
        config: { vocab_size: 34_000, hidden_size: 256, num_hidden_layers: 1 },
      });
      const out = join(folder, 'pack');
      const { embeddings } = await pack({ from: join(folder, 'official'), out, variants: ['wasm-fp32'] });
      const chunks = embeddings.float32?.chunks ?? [];
      expect(chunks.map((chunk) => chunk.size / 1024)).toEqual([32_768, 34_000 - 32_768]);
    });
  });
});

describe('weights files', () => {
  it('never split a tensor, align it, and give a large one a file of its own', async () => {
    await withFolder(async (folder) => {
      await mkdir(join(folder, 'pack'));
      const files = new WeightFiles(await PackFolder.create(join(folder, 'pack')), 'weights');
      const sizes = [100, 20 * MIB, 11 * MIB, 2 * MIB, 70 * MIB, 10];
      for (const [i, size] of sizes.entries()) {
        await files.add(`t${i}`, new Uint8Array(size).fill(i + 1), [size]);
      }
      const packed = await files.finish();
      expect(files.tensors.map((tensor) => tensor.location)).toEqual([
        'weights-0.bin',
        'weights-0.bin',
        'weights-0.bin',
        'weights-1.bin',
        'weights-2.bin',
        'weights-3.bin',
      ]);
      expect(packed.map((file) => file.chunks.length)).toEqual([1, 1, 3, 1]);
      for (const [i, tensor] of files.tensors.entries()) {
        expect(tensor.offset % 64).toBe(0);
        const file = packed.find((one) => one.name === tensor.location) as PackFile;
        const bytes = (await readPackFile(join(folder, 'pack'), file)).subarray(tensor.offset);
        expect(bytes[0]).toBe(i + 1);
        expect(bytes[tensor.length - 1]).toBe(i + 1);
      }
    });
  });
});

describe('scales', () => {
  it('take two bytes each, and are placed where they lie once they are float32', async () => {
    await withFolder(async (folder) => {
      const files = new WeightFiles(await PackFolder.create(folder), 'scales');
      await files.add('a', Float32Array.of(0.5, -2, 65_504), [3]);
      await files.add('b', Float32Array.of(1), [1]);
      const [file] = (await files.finish()) as [WeightFile];
      expect(file).toMatchObject({ name: 'scales-0.bin', encoding: 'float16' });
      const bytes = await readPackFile(folder, file);
      expect(files.tensors).toMatchObject([
        { name: 'a', type: 'float32', location: file.name, offset: 0, length: 12 },
        { name: 'b', type: 'float32', location: file.name, offset: 128, length: 4 },
      ]);
      expect(bytes.length).toBe(66);
      const half = new DataView(bytes.buffer, bytes.byteOffset);
      expect([0, 2, 4, 64].map((at) => half.getUint16(at, true))).toEqual([0x3800, 0xc000, 0x7bff, 0x3c00]);
    });
  });
});

describe('a chunk writer', () => {
  it.each([0, 1, 9, 10, 11, 20, 35])('cuts %i bytes into chunks of 10, however they come', async (size) => {
    await withFolder(async (folder) => {
      const bytes = Uint8Array.from({ length: size }, (_, i) => i);
      for (const step of [1, 3, 10, 100]) {
        const writer = new ChunkWriter(await PackFolder.create(folder), 'x', 10);
        for (let at = 0; at < size; at += step) await writer.append(bytes.subarray(at, at + step));
        const file = await writer.finish();
        expect(file.chunks.length).toBe(Math.ceil(size / 10));
        expect([...(await readPackFile(folder, file))]).toEqual([...bytes]);
      }
    });
  });
});

function filesOf(manifest: PackManifest): PackFile[] {
  const variants = Object.values(manifest.variants);
  const files = [manifest.tokenizer, ...Object.values(manifest.embeddings)];
  const graphs = variants.flatMap(({ graph }) => graph ?? []);
  const all = [...files, ...graphs, ...variants.flatMap(({ weights }) => weights)];
  expect(all.flatMap((file) => file.chunks).every((chunk) => chunk.size <= MAX_CHUNK_BYTES)).toBe(true);
  return all;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
