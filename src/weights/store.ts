import { checksum, rowChecksums } from './checksum.ts';
import type { ChunkReader, ExpectedChunk } from './chunk-reader.ts';
import { HealingStore } from './healing-store.ts';
import { canRead } from './read-blob.ts';

/** A set of chunks that belong together, as they were at one address at one time. */
export interface StoredVersion {
  /** What it takes to open them again without the network: a pack's manifest as it was served, or an export's files. */
  readonly manifest: unknown;
  /** Differs where the manifest does. */
  readonly version: string;
  /** What people call the model. */
  readonly model: string;
  readonly chunks: readonly ExpectedChunk[];
  /** When it was stored, in milliseconds since the epoch. */
  readonly since: number;
  readonly computed?: ComputedChunk;
}

/** Bytes that were computed from a version's own on this device, kept so that the next visit has them at once. */
export interface ComputedChunk extends ExpectedChunk {
  /** What they are. */
  readonly of: string;
}

/** Written after the last chunk of a version is stored. Chunks that no mark names are garbage. */
export interface CommitMark extends StoredVersion {
  /** When it was last loaded, in milliseconds since the epoch. */
  readonly used: number;
  /** What was there before, until the new version has worked. */
  readonly before?: StoredVersion;
}

/** A model that nobody loaded for so long is garbage, once another one works: hosts move their packs about. */
const MOST_UNUSED_DAYS = 60;
const DAY_MILLISECONDS = 86_400_000;

/** A file that comes in one piece, as far as it came. It is no mark: its chunks are garbage like any other's. */
interface UnfinishedFile {
  readonly identity: string;
  readonly chunks: readonly ExpectedChunk[];
}
const UNFINISHED = 'unfinished ';

interface StoredChunk {
  readonly blob: Blob;
  /** Of its bytes when they were stored, right after their SHA-256 was checked. */
  readonly checksum: string;
  /** Of its rows, where it is made of rows that are read one by one. */
  readonly rows?: Uint32Array;
}

/** A chunk that is made of rows, which are read one by one. */
export interface RowChunk {
  readonly blob: Blob;
  /** How a row is checked that comes from the disk; absent where the bytes are in memory. */
  readonly stored?: {
    /** {@link rowChecksums} of the bytes that were verified. */
    readonly checksums: Uint32Array;
    /** To be called when a row is not what it was: the next load fetches this chunk again. */
    evict(): Promise<unknown>;
  };
}

/**
 * Verified chunks in IndexedDB, one Blob per SHA-256, and the commit marks in a database of their own.
 *
 * Storage is a convenience: where it is missing, full or broken, reads find nothing and writes return false,
 * and the engine goes on with the bytes it has in memory.
 */
export class WeightStore implements ChunkReader {
  readonly #chunks = new HealingStore('case-matcher-chunks');
  readonly #marks = new HealingStore('case-matcher-packs');

  /**
   * Stores bytes that the caller has verified. Resolves to the Blob as it is stored, which unlike one made of the
   * bytes takes no memory; undefined where it is not kept. `rowBytes`: of a chunk that {@link rowChunk} will find.
   */
  async putChunk(
    sha256: string,
    bytes: Uint8Array<ArrayBuffer>,
    { rowBytes }: { rowBytes?: number | undefined } = {},
  ): Promise<Blob | undefined> {
    const rows = rowBytes === undefined ? {} : { rows: rowChecksums(bytes, rowBytes) };
    const stored: StoredChunk = { blob: new Blob([bytes]), checksum: checksum(bytes), ...rows };
    if (!(await this.#chunks.set(sha256, stored))) return undefined;
    return (await this.#chunks.get<StoredChunk>(sha256, isStoredChunk))?.blob;
  }

  /**
   * A stored chunk that was put as rows, unread but for its first and its last row: which tell a file that is gone or
   * was overwritten. A damaged chunk is dropped.
   */
  async rowChunk({ sha256, size }: ExpectedChunk): Promise<RowChunk | undefined> {
    const { blob, rows } = (await this.#chunks.get<StoredChunk>(sha256, isStoredChunk)) ?? {};
    if (blob === undefined || !(rows instanceof Uint32Array)) return undefined;
    const evict = (): Promise<boolean> => this.#chunks.delete(sha256);
    if (blob.size === size && (await endsAreSound(blob, rows)))
      return { blob, stored: { checksums: rows, evict } };
    await evict();
    return undefined;
  }

  mark(key: string): Promise<CommitMark | undefined> {
    return this.#marks.get<CommitMark>(key, isMark);
  }

  async marks(): Promise<ReadonlyMap<string, CommitMark>> {
    return (await this.#marks.entries<CommitMark>(isMark)) ?? new Map();
  }

  /** Bytes of all that is stored, by SHA-256. */
  async chunkSizes(): Promise<ReadonlyMap<string, number>> {
    const sizes = new Map<string, number>();
    for (const sha256 of await this.#chunks.keys()) {
      const stored = await this.#chunks.get<StoredChunk>(sha256, isStoredChunk);
      sizes.set(sha256, stored?.blob.size ?? 0);
    }
    return sizes;
  }

  /** Removes everything. Resolves to whether it is gone. */
  async clear(): Promise<boolean> {
    // The marks first: what is left without them is garbage.
    const marks = await this.#marks.clear();
    return (await this.#chunks.clear()) && marks;
  }

  /**
   * Marks chunks as stored together. Other chunks of the same version stay marked: those of another variant. Another
   * version is kept beside it until {@link settle}. Resolves to whether all of it is there for the next visit.
   */
  async commit(key: string, version: Omit<StoredVersion, 'since'>): Promise<boolean> {
    const stored = await this.#chunks.keys();
    if (!version.chunks.every(({ sha256 }) => stored.has(sha256))) return false;
    return this.#marks.update(key, (value) => {
      const now = Date.now();
      const old = isMark(value) ? (value as CommitMark) : undefined;
      if (old?.before?.version === version.version) return { ...old, used: now };
      if (old?.version !== version.version) {
        return { ...version, since: now, used: now, ...(old ? { before: old.before ?? old } : {}) };
      }
      const chunks = new Map([...old.chunks, ...version.chunks].map((chunk) => [chunk.sha256, chunk]));
      return { ...old, ...version, chunks: [...chunks.values()], used: now };
    });
  }

  /** A version works: where it is the one that was committed last, those before it are not needed any more. */
  async settle(key: string, version: string): Promise<void> {
    if ((await this.mark(key))?.before === undefined) return;
    await this.#marks.update(key, (value) => {
      if (!isMark(value) || (value as CommitMark).version !== version) return value;
      const { before: _, ...settled } = value as CommitMark;
      return settled;
    });
  }

  /** Keeps bytes that were computed from a version, in place of others, where that version is the one committed last. */
  async keepComputed(
    key: string,
    version: string,
    computed: ComputedChunk,
    bytes: Uint8Array<ArrayBuffer>,
  ): Promise<void> {
    if ((await this.putChunk(computed.sha256, bytes)) === undefined) return;
    await this.#marks.update(key, (value) =>
      isMark(value) && (value as CommitMark).version === version
        ? { ...(value as CommitMark), computed }
        : value,
    );
  }

  /** Which chunks are stored of the beginning of a file whose download was interrupted, if it is still this one. */
  async unfinished(url: string, identity: string | undefined): Promise<readonly ExpectedChunk[]> {
    const file = await this.#marks.get<UnfinishedFile>(UNFINISHED + url, isUnfinished);
    return file === undefined || file.identity !== identity ? [] : file.chunks;
  }

  async putUnfinished(
    url: string,
    identity: string | undefined,
    chunks: readonly ExpectedChunk[],
  ): Promise<void> {
    if (identity !== undefined) await this.#marks.set(UNFINISHED + url, { identity, chunks });
  }

  async forgetUnfinished(urls: readonly string[]): Promise<void> {
    await this.#marks.delete(...urls.map((url) => UNFINISHED + url));
  }

  /** Removes the version of what lies at an address, unless it is this one. */
  async removeOther(key: string, version: string): Promise<void> {
    const mark = await this.#marks.get<CommitMark>(key, isMark);
    if (mark !== undefined && mark.version !== version) await this.#marks.delete(key);
  }

  /** Removes chunks that no mark names, but for those `spared`, and marks that nobody has used for two months. */
  async collectGarbage(spared: Iterable<ExpectedChunk> = []): Promise<void> {
    const named = new Set<string>();
    const name = (chunks: Iterable<ExpectedChunk>): void => {
      for (const { sha256 } of chunks) named.add(sha256);
    };
    name(spared);
    const marks = await this.#marks.entries<CommitMark>(isMark);
    if (marks === undefined) return;
    const oldest = Date.now() - MOST_UNUSED_DAYS * DAY_MILLISECONDS;
    for (const [key, mark] of marks) {
      if (mark.used < oldest) await this.#marks.delete(key);
      else {
        name(chunksOf(mark));
        if (mark.before !== undefined) name(chunksOf(mark.before));
      }
    }
    const garbage = [...(await this.#chunks.keys())].filter((sha256) => !named.has(sha256));
    if (garbage.length > 0) await this.#chunks.delete(...garbage);
    const unfinished = await this.#marks.entries<UnfinishedFile>(isUnfinished);
    for (const [key, { chunks }] of unfinished ?? []) {
      if (!chunks.every(({ sha256 }) => named.has(sha256))) await this.#marks.delete(key);
    }
  }

  /** A damaged chunk is dropped. */
  async read(
    expected: ExpectedChunk,
    into: Uint8Array = new Uint8Array(expected.size),
  ): Promise<Blob | undefined> {
    const stored = await this.#chunks.get<StoredChunk>(expected.sha256, isStoredChunk);
    if (stored === undefined) return undefined;
    const { blob } = stored;
    const read = blob.size === expected.size && (await canRead(blob, into));
    if (read && checksum(into) === stored.checksum) return blob;
    await this.#chunks.delete(expected.sha256);
    return undefined;
  }
}

/** All that a version needs, and what was computed from it. */
export function chunksOf({ chunks, computed }: StoredVersion): readonly ExpectedChunk[] {
  return computed === undefined ? chunks : [...chunks, computed];
}

async function endsAreSound(blob: Blob, checksums: Uint32Array): Promise<boolean> {
  const rowBytes = blob.size / checksums.length;
  const ends = new Uint8Array(2 * rowBytes);
  // Each for itself: see isWhole.
  const read =
    (await canRead(blob.slice(0, rowBytes), ends.subarray(0, rowBytes))) &&
    (await canRead(blob.slice(blob.size - rowBytes), ends.subarray(rowBytes)));
  if (!read) return false;
  const [first, second] = rowChecksums(ends, rowBytes);
  return first === checksums[0] && second === checksums[checksums.length - 1];
}

function isStoredChunk(value: unknown): boolean {
  const stored = value as Partial<StoredChunk> | undefined;
  return stored?.blob instanceof Blob && typeof stored.checksum === 'string';
}

function isMark(value: unknown): boolean {
  const mark = value as Partial<CommitMark> | undefined;
  return typeof mark?.version === 'string' && typeof mark.used === 'number' && Array.isArray(mark.chunks);
}

function isUnfinished(value: unknown): boolean {
  const file = value as Partial<UnfinishedFile> | undefined;
  return typeof file?.identity === 'string' && Array.isArray(file.chunks);
}

/** The version to use without the network: the last that worked. */
export function lastThatWorked(mark: CommitMark | undefined): StoredVersion | undefined {
  return mark?.before ?? mark;
}
