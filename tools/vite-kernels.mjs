import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { ROOT } from './setup.mjs';

const SUFFIX = '?kernels';

/** What every build of the kernels needs; see https://www.assemblyscript.org/compiler.html */
const OPTIONS = [
  '--runtime=stub',
  '--noAssert',
  '--optimizeLevel=3',
  '--shrinkLevel=0',
  '--converge',
  '--enable=simd,threads,bulk-memory',
  '--importMemory',
  '--sharedMemory',
  '--initialMemory=1',
  '--maximumMemory=65536',
];

/**
 * Vite: `import base64 from '….ts?kernels'` is the WebAssembly that AssemblyScript makes of that file. In the script
 * itself, because it is some kilobytes and a file of its own could be missing or served with the wrong type.
 * @returns {import('vite').Plugin}
 */
export function kernels() {
  return {
    name: 'case-matcher:kernels',
    enforce: 'pre',
    async load(id) {
      if (!id.endsWith(SUFFIX)) return undefined;
      const { wasm, files } = await compile(id.slice(0, -SUFFIX.length));
      for (const file of files) this.addWatchFile(file);
      return `export default '${Buffer.from(wasm).toString('base64')}'`;
    },
  };
}

/** @param {string} entry */
async function compile(entry) {
  const { main } = await import('assemblyscript/asc');
  /** @type {Uint8Array | undefined} */
  let wasm;
  /** @type {string[]} */
  const files = [];
  const { error, stderr } = await main([relative(ROOT, entry), '--outFile=kernels.wasm', ...OPTIONS], {
    readFile: (name) => {
      const path = resolve(ROOT, name);
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
