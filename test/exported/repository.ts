import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { PackManifest } from '../../src/weights/manifest.ts';
import type { ExportPrecision } from './linear.ts';
import { buildExport, type ExportRecipe, exportConfig } from './random-export.ts';

const DEMO_PACK = resolve(import.meta.dirname, '../../public/models/demo');
const VOCABULARY = 4533;

/** The file of each precision, as transformers.js names it. */
const GRAPHS: Readonly<Record<string, ExportPrecision>> = {
  'model.onnx': 'fp32',
  'model_quantized.onnx': 'q8',
  'model_q4.onnx': 'q4',
};

/** Models to choose from, each in all precisions; the weights of fp32 lie beside the graph. */
const REPOSITORIES: Readonly<Record<string, Partial<ExportRecipe>>> = {
  plain: { attention: 'plain' },
  gqa: { attention: 'gqa', announcesData: true },
  'keeps-logits': { attention: 'plain', keepsLogits: true },
  'half-cache': { attention: 'plain', halfCache: true },
  'forgets-past': { attention: 'plain', forgetsPast: true },
};

const files = new Map<string, Buffer>();

/** A file of a repository in the layout of transformers.js; undefined where there is none of this name. */
export function repositoryFile(repository: string, path: string): Buffer | undefined {
  const key = `${repository}/${path}`;
  const known = files.get(key) ?? build(repository, path);
  if (known !== undefined) files.set(key, known);
  return known;
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function build(repository: string, path: string): Buffer | undefined {
  const changes = REPOSITORIES[repository];
  if (changes === undefined) return undefined;
  if (path === 'tokenizer.json') return demoTokenizer();
  if (path === 'tokenizer_config.json') return Buffer.from('{"tokenizer_class":"Qwen2Tokenizer"}');
  const [, graph = '', data] = /^onnx\/(model\w*\.onnx)(_data)?$/.exec(path) ?? [];
  const precision = path === 'config.json' ? 'fp32' : GRAPHS[graph];
  if (precision === undefined || (data && precision !== 'fp32')) return undefined;
  const recipe: ExportRecipe = {
    attention: 'plain',
    vocabulary: VOCABULARY,
    precision,
    ...(precision === 'fp32' ? { externalData: `${graph}_data` } : {}),
    ...changes,
  };
  if (path === 'config.json') return Buffer.from(JSON.stringify(exportConfig(recipe)));
  const built = buildExport(recipe);
  return Buffer.from(data ? built.data : built.graph);
}

/** The tokenizer of the demo pack, which lies in the repository. */
function demoTokenizer(): Buffer {
  const manifest = JSON.parse(readFileSync(resolve(DEMO_PACK, 'manifest.json'), 'utf8')) as PackManifest;
  return Buffer.concat(manifest.tokenizer.chunks.map(({ path }) => readFileSync(resolve(DEMO_PACK, path))));
}
