import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { PackManifest } from '../weights/manifest.ts';
import { inputError } from './input-error.ts';
import { findWeights } from './safetensors.ts';

/** An official file that a pack is made from. */
export type SourceFile = PackManifest['sources'][number];

/**
 * Size and SHA-256 of the official files in a folder: config.json, tokenizer.json and the weights, in this order.
 *
 * @throws CaseMatcherError `invalid-input` where one is missing
 */
export async function hashSources(
  folder: string,
  options: {
    readonly signal?: AbortSignal;
    readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
  } = {},
): Promise<SourceFile[]> {
  const names = ['config.json', 'tokenizer.json', ...(await findWeights(folder)).files];
  const sizes = await Promise.all(names.map((name) => sizeOf(folder, name)));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const sources: SourceFile[] = [];
  let done = 0;
  for (const [i, name] of names.entries()) {
    const hash = createHash('sha256');
    for await (const piece of createReadStream(join(folder, name), { highWaterMark: 1 << 20 })) {
      options.signal?.throwIfAborted();
      hash.update(piece as Buffer);
      done += (piece as Buffer).length;
      options.onProgress?.({ done, total });
    }
    sources.push({ name, size: sizes[i] as number, sha256: hash.digest('hex') });
  }
  return sources;
}

async function sizeOf(folder: string, name: string): Promise<number> {
  const found = await stat(join(folder, name)).catch((cause: unknown) => {
    throw inputError(name, `file missing in ${folder}`, cause);
  });
  if (!found.isFile()) throw inputError(name, 'not a file');
  return found.size;
}
