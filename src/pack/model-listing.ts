import { CaseMatcherError } from '../errors.ts';
import { fileUrl, type Hub } from './hub.ts';
import type { HubClient } from './hub-client.ts';
import { inputError } from './input-error.ts';
import { isRecord, shardNames, WEIGHTS_INDEX } from './safetensors.ts';

const WEIGHTS = 'model.safetensors';

/** An official file on a host, with what the host says of it. */
export interface RemoteFile {
  readonly name: string;
  readonly url: string;
  readonly size?: number;
  /** Lower-case hex. */
  readonly sha256?: string;
  /** The id that git gives to the content; Hugging Face has it in place of a SHA-256 for small files. */
  readonly gitSha1?: string;
  /** Strong; only where there is no hash. */
  readonly etag?: string;
}

/** The files that a pack is made from, all of one state of the repository. */
export interface ModelListing {
  readonly revision: string;
  /** The commit that `revision` stands for now, where the host tells it. */
  readonly commit?: string;
  readonly files: readonly RemoteFile[];
}

export interface ListingOptions {
  readonly hub: Hub;
  /** `owner/name`. */
  readonly model: string;
  readonly revision?: string;
  readonly client: HubClient;
}

/** How one host is asked for a file: undefined where it has none of that name. */
interface Lookup {
  readonly commit?: string;
  readonly file: (name: string) => Promise<RemoteFile | undefined> | RemoteFile | undefined;
}

/**
 * Asks the host which files the packer needs (config.json, tokenizer.json, and the weights in one file or in shards),
 * how large they are and what their hashes are.
 *
 * @throws CaseMatcherError `http`, `network`, `timeout`; `not-a-model` where the host's answer is no list of files;
 * `invalid-input` where the model lacks a file
 */
export async function listModel(options: ListingOptions): Promise<ModelListing> {
  const revision = options.revision ?? options.hub.defaultRevision;
  const { commit, file } = await LOOKUPS[options.hub.api](options, revision);
  const need = async (name: string): Promise<RemoteFile> => {
    const found = await file(name);
    if (found) return found;
    throw inputError(name, `${options.model} (${revision}) has no such file on ${options.hub.url}`);
  };
  const files = [await need('config.json'), await need('tokenizer.json')];
  const whole = await file(WEIGHTS);
  if (whole) {
    files.push(whole);
  } else {
    const index = await file(WEIGHTS_INDEX);
    if (!index) {
      throw inputError(
        WEIGHTS,
        `${options.model} (${revision}) has no .safetensors weights on ${options.hub.url}`,
      );
    }
    files.push(index);
    for (const shard of shardNames(await options.client.text(index.url))) files.push(await need(shard));
  }
  return { revision, ...(commit === undefined ? {} : { commit }), files };
}

const LOOKUPS = { huggingface: askHuggingFace, modelscope: askModelScope, none: askForFiles } as const;

/** https://huggingface.co/docs/hub/api: `sha` is the commit, `lfs.sha256` the hash of a large file. */
async function askHuggingFace({ hub, model, client }: ListingOptions, revision: string): Promise<Lookup> {
  const url = `${hub.url}/api/models/${model}/revision/${encodeURIComponent(revision)}?blobs=true`;
  const answer = await readList(client, url);
  const { sha: commit, siblings } = answer;
  if (!isHex(commit, 40) || !Array.isArray(siblings)) throw noList(url);
  const files = new Map<string, RemoteFile>();
  for (const entry of siblings.filter(isRecord)) {
    const { rfilename: name, size, blobId, lfs } = entry;
    if (typeof name !== 'string') continue;
    const sha256 = isRecord(lfs) ? lfs.sha256 : undefined;
    files.set(name, {
      name,
      // The commit, not the branch: all files of one state even if the branch moves meanwhile.
      url: fileUrl(hub, model, commit, name),
      ...sizeOf(isRecord(lfs) ? lfs.size : size),
      ...(isHex(sha256, 64) ? { sha256 } : isHex(blobId, 40) && !lfs ? { gitSha1: blobId } : {}),
    });
  }
  return { commit, file: (name) => files.get(name) };
}

/** As the official client asks; an entry's `Revision` is the commit of the file's last change. */
async function askModelScope({ hub, model, client }: ListingOptions, revision: string): Promise<Lookup> {
  const query = `Revision=${encodeURIComponent(revision)}&Recursive=true`;
  const url = `${hub.url}/api/v1/models/${model}/repo/files?${query}`;
  const { Data: data, Message: message } = await readList(client, url);
  if (!isRecord(data) || !Array.isArray(data.Files)) throw noList(url, message);
  const files = new Map<string, RemoteFile>();
  for (const entry of data.Files.filter(isRecord)) {
    const { Path: name, Type: type, Size: size } = entry;
    if (typeof name !== 'string' || type === 'tree') continue;
    const sha256 = String(entry.Sha256 ?? '').toLowerCase();
    // A hash pins the content whatever becomes of the branch; without one the file's commit has to.
    const pin = isHex(entry.Revision, 40) && !isHex(sha256, 64) ? entry.Revision : revision;
    files.set(name, {
      name,
      url: fileUrl(hub, model, pin, name),
      ...sizeOf(size),
      ...(isHex(sha256, 64) ? { sha256 } : {}),
    });
  }
  const commit = isRecord(data.LatestCommitter) ? data.LatestCommitter.Id : undefined;
  return { ...(isHex(commit, 40) ? { commit } : {}), file: (name) => files.get(name) };
}

/** A host without an API: every file is asked for by its name, and its headers tell what there is to know. */
async function askForFiles({ hub, model, client }: ListingOptions, revision: string): Promise<Lookup> {
  const head = (name: string, at: string) =>
    client.persist(() => client.request('HEAD', fileUrl(hub, model, at, name), { accept: [404] }), {
      maxFailures: 4,
    });
  const { commit } = (await head('config.json', revision)).linked;
  const file = async (name: string): Promise<RemoteFile | undefined> => {
    const { status, linked, headers } = await head(name, commit ?? revision);
    if (status === 404) return undefined;
    const url = fileUrl(hub, model, commit ?? revision, name);
    const length = headers['content-length'];
    const size = linked.size ?? (length === undefined ? undefined : Number(length));
    const { etag } = headers;
    const validator = etag !== undefined && !etag.startsWith('W/') ? { etag } : {};
    return { name, url, ...sizeOf(size), ...(linked.sha256 ? { sha256: linked.sha256 } : validator) };
  };
  return { ...(commit === undefined ? {} : { commit }), file };
}

async function readList(client: HubClient, url: string): Promise<Record<string, unknown>> {
  const text = await client.text(url);
  try {
    const answer: unknown = JSON.parse(text);
    if (isRecord(answer)) return answer;
  } catch {
    // Told below: a login page of a proxy, or a host without this API.
  }
  throw noList(url);
}

/** @param message the host's own word on it */
function noList(url: string, message?: unknown): CaseMatcherError {
  const reason = typeof message === 'string' && message !== '' ? message.slice(0, 200) : 'no list of files';
  return new CaseMatcherError('not-a-model', { url, reason });
}

function isHex(value: unknown, length: number): value is string {
  return typeof value === 'string' && value.length === length && /^[0-9a-f]+$/.test(value);
}

function sizeOf(value: unknown): { size?: number } {
  return Number.isSafeInteger(value) && (value as number) >= 0 ? { size: value as number } : {};
}
