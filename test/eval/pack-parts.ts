import { Prompt } from '../../src/reranker/prompt.ts';
import { Tokenizer } from '../../src/reranker/tokenizer.ts';
import type { PackFile, PackManifest } from '../../src/weights/manifest.ts';

/** The manifest of a served pack, its files, and its prompt. */
export class PackParts {
  readonly manifest: PackManifest;
  readonly #url: string;

  private constructor(manifest: PackManifest, url: string) {
    this.manifest = manifest;
    this.#url = url;
  }

  static async open(url: string): Promise<PackParts> {
    const base = new URL(url, location.href).href;
    const manifest = await (await fetch(new URL('manifest.json', base))).json();
    return new PackParts(manifest, base);
  }

  async chunks(file: Pick<PackFile, 'chunks'>): Promise<Blob[]> {
    return Promise.all(file.chunks.map(async ({ path }) => (await fetch(new URL(path, this.#url))).blob()));
  }

  async prompt(): Promise<Prompt> {
    const text = await new Blob(await this.chunks(this.manifest.tokenizer)).text();
    return new Prompt(new Tokenizer(JSON.parse(text)), this.manifest.prompt);
  }
}
