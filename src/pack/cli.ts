import { statSync } from 'node:fs';
import type { PackFile, PackManifest, PackOrigin } from '../weights/manifest.ts';
import { type DownloadedModel, defaultCache, downloadModel } from './download-model.ts';
import { explainError } from './explain-error.ts';
import { findFinishedPack } from './finished-pack.ts';
import { chooseHub, hubToken } from './hub.ts';
import { HubClient } from './hub-client.ts';
import { pack } from './pack.ts';
import { inBytes, ProgressLine } from './progress-line.ts';
import { hashSources, type SourceFile } from './sources.ts';
import { HELP, readUsage, type Usage } from './usage.ts';
import { VARIANT_NAMES } from './variants.ts';

/** A connection that is silent for so long is given up. */
const STALL_MS = 60_000;

/**
 * The command line.
 *
 * @returns the exit code: 0 done, 1 the files cannot be had or packed or the pack not written, 2 wrong usage,
 * 130 interrupted
 */
export async function main(argv: readonly string[]): Promise<number> {
  const usage = readUsage(argv, isFolder);
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
  const line = new ProgressLine(process.stderr);
  try {
    await run(usage, line, abort.signal);
    return 0;
  } catch (error) {
    line.end();
    if (abort.signal.aborted) {
      process.stderr.write('Interrupted. Run the same command again: a download goes on where it stopped.\n');
      return 130;
    }
    const reason = explainError(error);
    if (reason === undefined) throw error;
    process.stderr.write(`Cannot pack: ${reason}\n`);
    return 1;
  } finally {
    process.removeListener('SIGINT', interrupt);
  }
}

interface OfficialFiles {
  readonly folder: string;
  readonly sources: readonly SourceFile[];
  readonly origin?: PackOrigin;
}

async function run(usage: Usage, line: ProgressLine, signal: AbortSignal): Promise<void> {
  const started = Date.now();
  const { id, instruction, thresholds, variants, out } = usage;
  const { folder, ...official } = await (usage.remote ? download : readFolder)(usage, line, signal);
  const wish = { id, instruction, thresholds, variants, sources: official.sources };
  const finished = usage.force ? undefined : await findFinishedPack(out, wish);
  if (finished) {
    line.end();
    process.stdout.write(
      `Nothing to do: ${out} holds this pack already, from the same files.\n${sizes(finished)}`,
    );
    return;
  }
  const manifest = await pack({
    ...wish,
    ...official,
    from: folder,
    out,
    signal,
    onProgress: ({ phase, done, total }) => {
      if (phase !== 'done') line.show({ label: `packing ${phase}`, done, total });
    },
  });
  line.end();
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  const peak = process.resourceUsage().maxRSS * 1024;
  process.stdout.write(
    `Packed ${id} into ${out}\n${sizes(manifest)}${seconds} s, peak memory ${inBytes(peak)}\n`,
  );
}

async function readFolder({ from }: Usage, line: ProgressLine, signal: AbortSignal): Promise<OfficialFiles> {
  const onProgress = (progress: { done: number; total: number }) =>
    line.show({ label: 'checking', bytes: true, ...progress });
  return { folder: from, sources: await hashSources(from, { signal, onProgress }) };
}

async function download(usage: Usage, line: ProgressLine, signal: AbortSignal): Promise<OfficialFiles> {
  const { env } = process;
  const hub = chooseHub(usage, env);
  const token = hubToken(env);
  const onNote = (text: string) => line.note(text);
  const client = new HubClient({
    stallMs: STALL_MS,
    environment: env,
    signal,
    onNote,
    ...(token ? { token } : {}),
  });
  const model = await downloadModel({
    hub,
    model: usage.from,
    ...(usage.revision === undefined ? {} : { revision: usage.revision }),
    cache: usage.cache ?? defaultCache(env),
    client,
    signal,
    onNote,
    onProgress: ({ phase, file, done, total }) =>
      line.show({
        label: phase === 'check' ? `checking ${file}` : file,
        done,
        bytes: true,
        ...(total === undefined ? {} : { total }),
      }),
  });
  line.end();
  const unverified = model.files.filter(({ check }) => check === 'size' || check === 'none');
  process.stdout.write(describeDownload(model, hub.url));
  return {
    folder: model.folder,
    sources: model.files
      .filter(({ name }) => !name.endsWith('.index.json'))
      .map(({ name, size, sha256 }) => ({ name, size, sha256 })),
    origin: {
      host: hub.url,
      model: usage.from,
      revision: model.revision,
      ...(model.commit === undefined ? {} : { commit: model.commit }),
      unverified: unverified.map(({ name }) => name),
    },
  };
}

const CHECKS = {
  sha256: 'SHA-256 as the host lists it',
  'git-sha1': 'git id as the host lists it',
  size: 'NOT VERIFIED: the host gives no hash, only the size fits',
  none: 'NOT VERIFIED: the host gives neither hash nor size',
} as const;

function describeDownload({ files, folder, revision, commit }: DownloadedModel, host: string): string {
  const fresh = files.some(({ present }) => !present);
  const state = commit === undefined ? revision : `${revision} = ${commit}`;
  const lines = files.map(
    ({ name, size, check }) => `  ${name.padEnd(20)} ${inBytes(size).padStart(10)}  ${CHECKS[check]}`,
  );
  return `${fresh ? 'Downloaded' : 'All here already'} from ${host} (${state}), in ${folder}\n${lines.join('\n')}\n`;
}

function sizes(manifest: PackManifest): string {
  const lines: string[] = [];
  for (const name of VARIANT_NAMES) {
    const variant = manifest.variants[name];
    if (!variant) continue;
    const { tokenizer, embeddings } = manifest;
    const files = [tokenizer, embeddings[variant.embedding], variant.graph, ...variant.weights];
    lines.push(`  ${name.padEnd(12)} ${inBytes(bytesOf(files)).padStart(10)} to download\n`);
  }
  return lines.join('');
}

function bytesOf(files: readonly (PackFile | undefined)[]): number {
  return files.reduce((sum, file) => sum + (file?.size ?? 0), 0);
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
