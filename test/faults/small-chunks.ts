import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { PackChunk, PackFile, PackManifest } from '../../src/weights/manifest.ts';

const DEMO_PACK = resolve(import.meta.dirname, '../../public/models/demo');

/** A pack as a server has it: names and bytes, the manifest among them. */
export type PackFolder = ReadonlyMap<string, Buffer>;

/**
 * The demo pack's WASM variant in many chunks of at most `bytes`, so that there is something to interrupt. `change` may
 * make another version of it.
 */
export function inSmallChunks(
  bytes: number,
  change: (manifest: PackManifest) => void = () => {},
): PackFolder {
  const manifest = JSON.parse(readFileSync(resolve(DEMO_PACK, 'manifest.json'), 'utf8'));
  const folder = new Map<string, Buffer>();
  const cut = (file: PackFile, unit = 1): PackFile => {
    const whole = Buffer.concat(file.chunks.map(({ path }) => readFileSync(resolve(DEMO_PACK, path))));
    // Rows of the embeddings stay whole.
    const step = Math.floor(bytes / unit) * unit;
    const chunks: PackChunk[] = [];
    for (let at = 0; at < whole.length; at += step) {
      const piece = whole.subarray(at, at + step);
      const sha256 = createHash('sha256').update(piece).digest('hex');
      chunks.push({ path: `${sha256}.bin`, size: piece.length, sha256 });
      folder.set(`${sha256}.bin`, piece);
    }
    return { ...file, chunks };
  };
  const { tokenizer, embeddings, variants } = manifest;
  const wasm = variants['wasm-int8'];
  const changed = {
    ...manifest,
    tokenizer: cut(tokenizer),
    embeddings: { int8: cut(embeddings.int8, embeddings.int8.columns + 4) },
    variants: { 'wasm-int8': { ...wasm, weights: wasm.weights.map((file: PackFile) => cut(file)) } },
  };
  change(changed);
  folder.set('manifest.json', Buffer.from(JSON.stringify(changed)));
  return folder;
}
