import { rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CaseMatcherError } from '../errors.ts';
import { shown } from './http-request.ts';
import type { HubAnswer, HubClient } from './hub-client.ts';
import type { RemoteFile } from './model-listing.ts';
import { type FileDigests, PartFile } from './part-file.ts';

/** What a file was held against: a hash from the host, or for want of one its size, or nothing. */
export type FileCheck = 'sha256' | 'git-sha1' | 'size' | 'none';

export interface DownloadedFile {
  readonly name: string;
  readonly size: number;
  readonly sha256: string;
  readonly check: FileCheck;
  /** Whether it was there already. */
  readonly present: boolean;
}

export interface FileDownloadOptions {
  readonly folder: string;
  readonly client: HubClient;
  readonly signal?: AbortSignal;
  /** Bytes of this file hashed again because they were there, and bytes that are here so far. */
  readonly onProgress?: (phase: 'check' | 'download', done: number) => void;
  readonly onNote?: (text: string) => void;
}

/**
 * Brings one file into `folder`. It grows as `<name>.part`, across runs, and gets its name once size and hash are right;
 * one that is there already is hashed again, and replaced if it is damaged.
 *
 * @throws CaseMatcherError `integrity` when wrong bytes came twice; `http`, `network`, `timeout`
 */
export async function downloadFile(file: RemoteFile, options: FileDownloadOptions): Promise<DownloadedFile> {
  const target = join(options.folder, file.name);
  const check = checkOf(file);
  const present = await digestsOf(target, file, options);
  if (present && mismatch(file, present) === undefined)
    return { name: file.name, ...plain(present), check, present: true };
  if (present) {
    options.onNote?.(`${file.name} is damaged and is fetched again`);
    await rm(target);
  }
  const download = new FileDownload(file, options);
  let digests: FileDigests;
  try {
    digests = await download.run();
  } catch (error) {
    if (!(error instanceof CaseMatcherError) || error.code !== 'integrity') throw error;
    options.onNote?.(`${file.name}: wrong bytes (${error.details.reason}); starting again`);
    digests = await download.run();
  }
  await rename(download.path, target);
  return { name: file.name, ...plain(digests), check, present: false };
}

class FileDownload {
  readonly path: string;
  readonly #file: RemoteFile;
  readonly #options: FileDownloadOptions;

  constructor(file: RemoteFile, options: FileDownloadOptions) {
    this.path = join(options.folder, `${file.name}.part`);
    this.#file = file;
    this.#options = options;
  }

  /** Fetches what is missing and checks the whole. A part that turns out to be wrong is removed. */
  async run(): Promise<FileDigests> {
    const { client, onProgress } = this.#options;
    const part = await openPart(this.path, this.#file, this.#options);
    let wrong = false;
    try {
      if (!canResume(this.#file) || part.size > (this.#file.size ?? Number.POSITIVE_INFINITY))
        await part.clear();
      onProgress?.('download', part.size);
      if (part.size !== this.#file.size || part.size === 0) {
        await client.persist(() => this.#fetchRest(part), { progress: () => part.size });
      }
      const digests = part.digests();
      const reason = mismatch(this.#file, digests);
      if (reason) throw this.#wrongBytes(reason);
      return digests;
    } catch (error) {
      wrong = error instanceof CaseMatcherError && error.code === 'integrity';
      throw error;
    } finally {
      await part.close();
      if (wrong) await rm(this.path, { force: true });
    }
  }

  async #fetchRest(part: PartFile): Promise<void> {
    const { client, onProgress } = this.#options;
    const { url, size, etag } = this.#file;
    const headers =
      part.size === 0 ? {} : { range: `bytes=${part.size}-`, ...(etag ? { 'if-range': etag } : {}) };
    const answer = await client.request('GET', url, { headers, accept: [416] });
    try {
      await this.#prepare(part, answer);
      for await (const chunk of client.read(answer)) {
        if (part.size + chunk.length > (size ?? Number.POSITIVE_INFINITY)) {
          throw this.#wrongBytes(`more than ${size} bytes`);
        }
        await part.append(chunk);
        onProgress?.('download', part.size);
      }
    } finally {
      answer.body.destroy();
    }
    if (part.size < (size ?? 0)) {
      throw new CaseMatcherError('network', {
        url: shown(answer.url),
        reason: `ended at ${part.size} of ${size} bytes`,
      });
    }
  }

  /** Sees to it that the answer's first byte follows the part's last. @throws where it is no answer to go on with */
  async #prepare(part: PartFile, { status, headers, url, linked }: HubAnswer): Promise<void> {
    const { size, etag } = this.#file;
    if (/^text\/html/i.test(headers['content-type'] ?? ''))
      throw this.#wrongBytes('a web page instead of the file');
    if (etag !== undefined && headers.etag !== undefined && headers.etag !== etag) {
      throw this.#wrongBytes('the file on the host has changed');
    }
    if (
      linked.sha256 !== undefined &&
      this.#file.sha256 !== undefined &&
      linked.sha256 !== this.#file.sha256
    ) {
      throw this.#wrongBytes('the host announces another hash than it listed');
    }
    // ModelScope honours ranges but answers 200: the header counts, not the status.
    const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers['content-range'] ?? '');
    if (range?.[2] !== undefined && range[2] !== '*' && size !== undefined && Number(range[2]) !== size) {
      throw this.#wrongBytes(`${range[2]} bytes instead of ${size}`);
    }
    if (range && Number(range[1]) === part.size) return;
    if (status === 200 && !range) {
      if (part.size > 0) this.#options.onNote?.(`${this.#file.name}: the host sends it from the start`);
      await part.clear();
      const length = headers['content-length'];
      if (length === undefined || size === undefined || Number(length) === size) return;
      throw this.#wrongBytes(`${length} bytes instead of ${size}`);
    }
    await part.clear();
    throw new CaseMatcherError('network', {
      url: shown(url),
      reason: `not the range asked for (status ${status})`,
    });
  }

  #wrongBytes(reason: string): CaseMatcherError {
    return new CaseMatcherError('integrity', { url: shown(new URL(this.#file.url)), reason });
  }
}

function checkOf({ sha256, gitSha1, size }: RemoteFile): FileCheck {
  if (sha256 !== undefined) return 'sha256';
  if (gitSha1 !== undefined && size !== undefined) return 'git-sha1';
  return size === undefined ? 'none' : 'size';
}

/**
 * Whether a part of an earlier run may be gone on with: a hash tells in the end that all of it belongs together (hubs'
 * CDNs often have no ETag, or another one tomorrow); else the host has to, by its ETag.
 */
function canResume(file: RemoteFile): boolean {
  return file.sha256 !== undefined || file.gitSha1 !== undefined || file.etag !== undefined;
}

/** What is wrong with the bytes, if anything. */
function mismatch(file: RemoteFile, digests: FileDigests): string | undefined {
  if (file.size !== undefined && file.size !== digests.size)
    return `${digests.size} bytes instead of ${file.size}`;
  const check = checkOf(file);
  if (check === 'sha256' && file.sha256 !== digests.sha256)
    return `SHA-256 ${digests.sha256} instead of ${file.sha256}`;
  if (check === 'git-sha1' && file.gitSha1 !== digests.gitSha1)
    return `git id ${digests.gitSha1} instead of ${file.gitSha1}`;
  return undefined;
}

async function digestsOf(
  path: string,
  file: RemoteFile,
  options: FileDownloadOptions,
): Promise<FileDigests | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (!found) return undefined;
  const whole = await openPart(path, file, options);
  try {
    return whole.digests();
  } finally {
    await whole.close();
  }
}

function openPart(path: string, file: RemoteFile, options: FileDownloadOptions): Promise<PartFile> {
  const { signal, onProgress } = options;
  return PartFile.open(path, {
    ...(checkOf(file) === 'git-sha1' && file.size !== undefined ? { gitSize: file.size } : {}),
    ...(signal ? { signal } : {}),
    onRead: (done) => onProgress?.('check', done),
  });
}

function plain({ size, sha256 }: FileDigests): { size: number; sha256: string } {
  return { size, sha256 };
}
