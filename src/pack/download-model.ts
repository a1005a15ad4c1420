import { createHash } from 'node:crypto';
import { mkdir, stat, statfs } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type DownloadedFile, downloadFile } from './download-file.ts';
import { withLock } from './folder-lock.ts';
import type { Hub } from './hub.ts';
import type { HubClient } from './hub-client.ts';
import { inputError } from './input-error.ts';
import { listModel, type ModelListing, type RemoteFile } from './model-listing.ts';
import { inBytes } from './progress-line.ts';
import type { Environment } from './proxy.ts';

export interface DownloadProgress {
  readonly phase: 'check' | 'download';
  readonly file: string;
  /** Bytes of that file. */
  readonly done: number;
  readonly total?: number;
}

export interface DownloadOptions {
  readonly hub: Hub;
  /** `owner/name`. */
  readonly model: string;
  /** A branch, tag or commit; the host's main branch by default. */
  readonly revision?: string;
  /** Folder under which downloads are kept. */
  readonly cache: string;
  readonly client: HubClient;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: DownloadProgress) => void;
  readonly onNote?: (text: string) => void;
}

export interface DownloadedModel {
  /** Holds the official files by their names. */
  readonly folder: string;
  readonly revision: string;
  readonly commit?: string;
  readonly files: readonly DownloadedFile[];
}

/**
 * Brings a model's official files into a folder of the cache, going on where an earlier run stopped. The folder belongs
 * to one state of the files: another revision whose files are the same finds them there, one with others does not.
 *
 * @throws CaseMatcherError `invalid-input` when the model lacks a file, the disk has no room or another process downloads there; `not-a-model` when the
 * host's answer is no list of files; `integrity`, `http`, `network`, `timeout`
 */
export async function downloadModel(options: DownloadOptions): Promise<DownloadedModel> {
  const { hub, model, cache, client, signal, onProgress, onNote } = options;
  const listing = await listModel(options);
  const folder = join(
    cache,
    new URL(hub.url).host.replaceAll(':', '-'),
    ...model.split('/'),
    stateOf(listing),
  );
  await mkdir(folder, { recursive: true });
  const files = await withLock(folder, async () => {
    await checkRoom(folder, listing.files);
    const downloaded: DownloadedFile[] = [];
    for (const file of listing.files) {
      const total = file.size === undefined ? {} : { total: file.size };
      const fileOptions = {
        folder,
        client,
        ...(signal ? { signal } : {}),
        ...(onNote ? { onNote } : {}),
        onProgress: (phase: DownloadProgress['phase'], done: number) =>
          onProgress?.({ phase, file: file.name, done, ...total }),
      };
      downloaded.push(await downloadFile(file, fileOptions));
    }
    return downloaded;
  });
  const { revision, commit } = listing;
  return { folder, revision, ...(commit === undefined ? {} : { commit }), files };
}

/** Where downloads are kept by default: `case-matcher` in the system's folder for caches. */
export function defaultCache(environment: Environment, platform: NodeJS.Platform = process.platform): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = environment;
  if (platform === 'win32')
    return join(LOCALAPPDATA || join(homedir(), 'AppData', 'Local'), 'case-matcher', 'cache');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'case-matcher');
  return join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'case-matcher');
}

/** A name for the state of the files, from all that the host says of them. */
function stateOf({ revision, files }: ModelListing): string {
  const hash = createHash('sha256');
  for (const { name, size, sha256, gitSha1, etag } of files) {
    hash.update(`${name} ${size} ${sha256 ?? gitSha1 ?? etag ?? revision}\n`);
  }
  return hash.digest('hex').slice(0, 16);
}

/** Better told now than after a gigabyte. */
async function checkRoom(folder: string, files: readonly RemoteFile[]): Promise<void> {
  let missing = 0;
  for (const { name, size = 0 } of files) {
    const here = await Promise.all([name, `${name}.part`].map((one) => sizeOf(join(folder, one))));
    missing += Math.max(0, size - Math.max(...here));
  }
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (missing <= free) return;
  throw inputError(
    '--cache',
    `no room on the disk of ${folder}: ${inBytes(missing)} are still to come, ${inBytes(free)} are free`,
  );
}

async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined);
  return found?.size ?? 0;
}
