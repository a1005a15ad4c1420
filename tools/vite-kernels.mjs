import { readFileSync } from 'node:fs';
import { basename, relative, resolve } from 'node:path';
import { ROOT } from './setup.mjs';

/** The two builds: files of src/kernels that others take the place of, by import in the script. */
const BUILDS = {
  '?kernels': {},
  '?relaxed-kernels': { 'products.ts': 'src/kernels/relaxed-products.ts' },
};

/** What every build of the kernels needs; see https://www.assemblyscript.org/compiler.html */
const OPTIONS = [
  '--runtime=stub',
  '--noAssert',
  '--optimizeLevel=3',
  '--shrinkLevel=0',
  '--enable=simd,relaxed-simd,threads,bulk-memory',
  '--importMemory',
  '--sharedMemory',
  '--initialMemory=1',
  '--maximumMemory=65536',
];

/**
 * Vite: `import base64 from '….ts?kernels'` (or `?relaxed-kernels`) is the WebAssembly that AssemblyScript makes of
 * that file. In the script itself, because it is some kilobytes and a file of its own could be missing or served with
 * the wrong type.
 * @returns {import('vite').Plugin}
 */
export function kernels() {
  return {
    name: 'case-matcher:kernels',
    enforce: 'pre',
    async load(id) {
      const build = Object.entries(BUILDS).find(([suffix]) => id.endsWith(suffix));
      if (!build) return undefined;
      const [suffix, replaced] = build;
      const { wasm, files } = await compileKernels(id.slice(0, -suffix.length), replaced);
      for (const file of files) this.addWatchFile(file);
      return `export default '${Buffer.from(wasm).toString('base64')}'`;
    },
  };
}

/**
 * @param {string} entry
 * @param {Readonly<Record<string, string>>} replaced by the name of a file beside the entry: the path, from the
 *   project's root, of the file that takes its place
 */
export async function compileKernels(entry, replaced) {
  const { main } = await import('assemblyscript/asc');
  /** @type {Uint8Array | undefined} */
  let wasm;
  /** @type {string[]} */
  const files = [];
  const { error, stderr } = await main([relative(ROOT, entry), '--outFile=kernels.wasm', ...OPTIONS], {
    readFile: (name) => {
      const path = resolve(ROOT, replaced[basename(name)] ?? name);
      try {
        const text = readFileSync(path, 'utf8');
        files.push(path);
        return text;
      } catch {
        return null;
      }
    },
    writeFile: (_, contents) => {
      wasm = /** @type {Uint8Array} */ (contents);
    },
    listFiles: () => null,
  });
  if (error || !wasm) throw new Error(`${entry}: ${stderr.toString()}`, { cause: error });
  return { wasm, files };
}
