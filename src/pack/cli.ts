import { parseArgs } from 'node:util';
import { CaseMatcherError } from '../errors.ts';
import type { PackFile, PackManifest, VariantName } from '../weights/manifest.ts';
import { DEFAULT_INSTRUCTION } from '../weights/official-prompt.ts';
import { type PackProgress, pack } from './pack.ts';
import { VARIANT_NAMES } from './variants.ts';

const HELP = `Usage: case-matcher pack <folder> --out <folder> [options]

Makes a model pack for <case-matcher> from the official files of a Qwen3 reranker.
<folder> holds config.json, tokenizer.json and model.safetensors, or shards with model.safetensors.index.json
(F32, F16 or BF16).

  --out <folder>        where the pack goes
  --variants <list>     of ${VARIANT_NAMES.join(',')} (default: all)
  --id <name>           name of the model in the pack (default: the folder's name)
  --instruction <text>  the task in words, for the model
                        (default: ${DEFAULT_INSTRUCTION})
  --thresholds <h,m>    scores from which a match counts as high and as medium (default: 0.85,0.7)
  --help                this text
`;

/** The command line. @returns the exit code: 0 done, 1 the input cannot be packed or the pack not written, 2 wrong usage, 130 interrupted */
export async function main(argv: readonly string[]): Promise<number> {
  const usage = readUsage(argv);
  if (usage === 'help') {
    process.stdout.write(HELP);
    return 0;
  }
  if ('mistake' in usage) {
    process.stderr.write(`${usage.mistake}\n\n${HELP}`);
    return 2;
  }
  const abort = new AbortController();
  const interrupt = () => abort.abort();
  process.once('SIGINT', interrupt);
  const started = Date.now();
  try {
    const manifest = await pack({ ...usage, signal: abort.signal, onProgress: progressPrinter() });
    printSummary(manifest, usage.out, Date.now() - started);
    return 0;
  } catch (error) {
    if (abort.signal.aborted) {
      process.stderr.write('\nInterrupted. The folder holds no finished pack; run the same command again.\n');
      return 130;
    }
    process.stderr.write(`\nCannot pack: ${reasonOf(error)}\n`);
    return 1;
  } finally {
    process.removeListener('SIGINT', interrupt);
  }
}

/** @throws the error itself when it is none of the input's or the system's (no space, no permission) */
function reasonOf(error: unknown): string {
  if (error instanceof CaseMatcherError) return `${error.details.field}: ${error.details.reason}`;
  if (error instanceof Error && 'syscall' in error) return error.message;
  throw error;
}

interface Usage {
  readonly from: string;
  readonly out: string;
  readonly variants?: readonly VariantName[];
  readonly id?: string;
  readonly instruction?: string;
  readonly thresholds?: PackManifest['thresholds'];
}

function readUsage(argv: readonly string[]): Usage | 'help' | { mistake: string } {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        out: { type: 'string' },
        variants: { type: 'string' },
        id: { type: 'string' },
        instruction: { type: 'string' },
        thresholds: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help) return 'help';
    const [command, from, ...more] = positionals;
    if (command !== 'pack') return { mistake: 'The command is: pack' };
    if (from === undefined || more.length > 0) return { mistake: 'Give one folder with the official files.' };
    if (values.out === undefined) return { mistake: 'Say where the pack goes: --out <folder>' };
    const variants = values.variants?.split(',').map((name) => name.trim()) as VariantName[] | undefined;
    const { out, id, instruction } = values;
    const [high = Number.NaN, medium = Number.NaN] = values.thresholds?.split(',').map(Number) ?? [];
    const thresholds = values.thresholds === undefined ? undefined : { high, medium };
    return { from, out, ...defined({ variants, id, instruction, thresholds }) };
  } catch (error) {
    return { mistake: error instanceof Error ? error.message : String(error) };
  }
}

function defined<T extends object>(options: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

/** One line that is written over on a terminal; one line per phase elsewhere. */
function progressPrinter(): (progress: PackProgress) => void {
  let last = '';
  return ({ phase, done, total }) => {
    if (phase === 'done') return;
    const text = process.stderr.isTTY ? `\r${phase} ${Math.floor((done / total) * 100)} %   ` : `${phase}\n`;
    if (text !== last) process.stderr.write(text);
    last = text;
  };
}

function printSummary(manifest: PackManifest, out: string, milliseconds: number): void {
  const lines = [`Packed ${manifest.model.id} into ${out}`];
  for (const name of VARIANT_NAMES) {
    const variant = manifest.variants[name];
    if (!variant) continue;
    const files = [
      manifest.tokenizer,
      manifest.embeddings[variant.embedding],
      variant.graph,
      ...variant.weights,
    ];
    lines.push(`  ${name.padEnd(12)} ${megabytes(bytesOf(files)).padStart(10)} to download`);
  }
  const peak = process.resourceUsage().maxRSS * 1024;
  lines.push(`${(milliseconds / 1000).toFixed(1)} s, peak memory ${megabytes(peak)}`);
  process.stdout.write(`${lines.join('\n')}\n`);
}

function bytesOf(files: readonly (PackFile | undefined)[]): number {
  return files.reduce((sum, file) => sum + (file?.size ?? 0), 0);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
