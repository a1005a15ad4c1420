import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { PackManifest, VariantName } from '../weights/manifest.ts';
import { DEFAULT_INSTRUCTION, DEFAULT_THRESHOLDS } from '../weights/official-prompt.ts';
import { isModelId } from './hub.ts';
import { VARIANT_NAMES } from './variants.ts';

/** What users need; the float32 ones are for tests. */
const DEFAULT_VARIANTS: readonly VariantName[] = ['wasm-int8', 'webgpu-q4'];

export const HELP = `Usage: case-matcher pack --from <model or folder> [options]

Makes a model pack for <case-matcher> from the official files of a Qwen3 reranker: config.json, tokenizer.json and
model.safetensors, or shards with model.safetensors.index.json (F32, F16 or BF16).

  --from <model>        downloads it, e.g. Qwen/Qwen3-Reranker-0.6B; run again, it goes on where it stopped
  --from <folder>       takes the files from a folder
  --out <folder>        where the pack goes (default: packs/<name of the model>)
  --variants <list>     of ${VARIANT_NAMES.join(',')}
                        (default: ${DEFAULT_VARIANTS.join(',')})
  --id <name>           name of the model in the pack (default: that of the model or folder)
  --instruction <text>  the task in words, for the model
                        (default: ${DEFAULT_INSTRUCTION})
  --thresholds <h,m>    scores from which a match counts as high and as medium (default: 0.85,0.7)
  --force               packs although the folder holds this pack already

Download:
  --host <host>         huggingface (default, or $HF_ENDPOINT), hf-mirror, modelscope, or a URL
  --path-template <p>   the host's folder of a model, for other mirrors (default: {model}/resolve/{revision}/;
                        models/{model}/resolve/{revision}/ is ModelScope's)
  --revision <name>     branch, tag or commit (default: the main branch)
  --cache <folder>      where downloads are kept (default: case-matcher in the system's folder for caches)

  $HF_TOKEN is sent to Hugging Face (or $HF_ENDPOINT) alone. $HTTPS_PROXY, $HTTP_PROXY and $NO_PROXY are heeded.
  --help                this text
`;

const OPTIONS = {
  from: { type: 'string' },
  out: { type: 'string' },
  variants: { type: 'string' },
  id: { type: 'string' },
  instruction: { type: 'string' },
  thresholds: { type: 'string' },
  force: { type: 'boolean' },
  host: { type: 'string' },
  'path-template': { type: 'string' },
  revision: { type: 'string' },
  cache: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** A well-formed command line, with the defaults filled in. */
export interface Usage {
  /** A folder, or the id of a model to download. */
  readonly from: string;
  readonly remote: boolean;
  readonly out: string;
  readonly id: string;
  readonly variants: readonly VariantName[];
  readonly instruction: string;
  readonly thresholds: PackManifest['thresholds'];
  readonly force: boolean;
  readonly host?: string;
  readonly pathTemplate?: string;
  readonly revision?: string;
  readonly cache?: string;
}

/** @param isFolder whether a path is a folder: a folder wins over a model of the same name */
export function readUsage(
  argv: readonly string[],
  isFolder: (path: string) => boolean,
): Usage | 'help' | { readonly mistake: string } {
  try {
    const { values, positionals } = parseArgs({ args: [...argv], allowPositionals: true, options: OPTIONS });
    if (values.help) return 'help';
    const [command, ...more] = positionals;
    if (command !== 'pack') return { mistake: 'The command is: pack' };
    const [from, ...others] = values.from === undefined ? more : [values.from, ...more];
    if (!from || others.length > 0) return { mistake: 'Give one model or folder: --from <model or folder>' };
    const remote = !isFolder(from) && isModelId(from);
    const { host, revision, cache, 'path-template': pathTemplate } = values;
    const download = { host, revision, cache, pathTemplate };
    if (!remote && Object.values(download).some((value) => value !== undefined)) {
      return { mistake: `${from} is no model's id (owner/name), so that nothing can be downloaded` };
    }
    const name = basename(resolve(from));
    return {
      from,
      remote,
      out: values.out ?? join('packs', name),
      id: values.id ?? (remote ? from : name),
      variants: values.variants?.split(',').map((one) => one.trim() as VariantName) ?? DEFAULT_VARIANTS,
      instruction: values.instruction ?? DEFAULT_INSTRUCTION,
      thresholds: readThresholds(values.thresholds),
      force: values.force ?? false,
      ...defined(download),
    };
  } catch (error) {
    return { mistake: error instanceof Error ? error.message : String(error) };
  }
}

/** What makes no sense is for the packer to refuse. */
function readThresholds(text: string | undefined): Usage['thresholds'] {
  if (text === undefined) return DEFAULT_THRESHOLDS;
  const [high = Number.NaN, medium = Number.NaN] = text.split(',').map(Number);
  return { high, medium };
}

function defined<T extends object>(options: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
