import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { PackFile, PackManifest, VariantName } from '../weights/manifest.ts';
import { promptTemplate } from '../weights/official-prompt.ts';
import { parseManifest } from '../weights/parse-manifest.ts';
import type { SourceFile } from './sources.ts';

/** Everything that decides what a pack holds. */
export interface PackWish {
  readonly sources: readonly SourceFile[];
  readonly id: string;
  readonly instruction: string;
  readonly thresholds: PackManifest['thresholds'];
  readonly variants: readonly VariantName[];
}

/**
 * The manifest of the pack in `folder` when it is the one that `wish` would give: finished (the manifest is written
 * last), of this format's version, from the same files with the same options, and every chunk there in full length.
 */
export async function findFinishedPack(folder: string, wish: PackWish): Promise<PackManifest | undefined> {
  const manifest = await readManifest(folder);
  if (!manifest) return undefined;
  const found: PackWish = {
    sources: manifest.sources,
    id: manifest.model.id,
    instruction: manifest.prompt.instruction,
    thresholds: manifest.thresholds,
    variants: Object.keys(manifest.variants).sort() as VariantName[],
  };
  const { sources, id, instruction, thresholds } = wish;
  const asked: PackWish = {
    sources,
    id,
    instruction,
    thresholds,
    variants: [...new Set(wish.variants)].sort(),
  };
  if (!isDeepStrictEqual(found, asked)) return undefined;
  if (!isDeepStrictEqual(manifest.prompt, promptTemplate(instruction))) return undefined;
  const chunks = filesOf(manifest).flatMap((file) => file.chunks);
  const whole = await Promise.all(
    chunks.map(
      async ({ path, size }) => (await stat(join(folder, path)).catch(() => undefined))?.size === size,
    ),
  );
  return whole.every(Boolean) ? manifest : undefined;
}

async function readManifest(folder: string): Promise<PackManifest | undefined> {
  try {
    const path = join(folder, 'manifest.json');
    return parseManifest(JSON.parse(await readFile(path, 'utf8')), path);
  } catch {
    // None there, or one of another version or spoilt: it is packed anew.
    return undefined;
  }
}

function filesOf({ tokenizer, embeddings, variants }: PackManifest): PackFile[] {
  const own = Object.values(variants).flatMap(({ graph, weights }) => [graph, ...weights]);
  return [tokenizer, ...Object.values(embeddings), ...own].filter((file) => file !== undefined);
}
