import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type DownloadedModel, type DownloadProgress, downloadModel } from '../../src/pack/download-model.ts';
import { chooseHub, hubToken } from '../../src/pack/hub.ts';
import { HubClient } from '../../src/pack/hub-client.ts';
import { HubServer, type HubServerOptions, MODEL } from './hub-server.ts';
import { type ModelChanges, writeModel } from './model-writer.ts';
import { withFolder } from './pack-runner.ts';

export const WEIGHTS = 'model.safetensors';
/** What the host does not tell is found out by size alone, or not at all. */
const PATHS = {
  huggingface: undefined,
  modelscope: 'models/{model}/resolve/{revision}/',
  files: 'copy/',
  bare: 'copy/',
} as const;

export interface Desk {
  readonly hub: HubServer;
  /** Folder with the official files that the server serves. */
  readonly official: string;
  readonly cache: string;
  readonly notes: string[];
  readonly pauses: number[];
  readonly download: (changes?: Partial<DownloadChanges>) => Promise<DownloadedModel>;
}

interface DownloadChanges {
  readonly environment: Record<string, string>;
  readonly host: string;
  readonly revision: string;
  readonly signal: AbortSignal;
  readonly stallMs: number;
  readonly onProgress: (progress: DownloadProgress) => void;
}

/** A server with a random model and a client beside it, whose pauses are noted and not waited for. */
export async function withDesk(
  kind: HubServerOptions['kind'],
  work: (desk: Desk) => Promise<void>,
  changes: ModelChanges = {},
): Promise<void> {
  await withFolder(async (folder) => {
    const official = join(folder, 'official');
    const cache = join(folder, 'cache');
    await writeModel(official, changes);
    const hub = await HubServer.start(official, { kind });
    const arrived = new Map<string, number>();
    hub.hasArrived = (name, size) => (arrived.get(name) ?? 0) >= size;
    const notes: string[] = [];
    const pauses: number[] = [];
    const download = (options: Partial<DownloadChanges> = {}) => {
      const environment = options.environment ?? {};
      const path = PATHS[kind];
      const token = hubToken(environment);
      const signal = options.signal ? { signal: options.signal } : {};
      return downloadModel({
        hub: chooseHub(
          { host: options.host ?? hub.url, ...(path ? { pathTemplate: path } : {}) },
          environment,
        ),
        model: MODEL,
        cache,
        client: new HubClient({
          environment,
          stallMs: options.stallMs ?? 30_000,
          onNote: (note) => notes.push(note),
          pause: async (milliseconds) => pauses.push(milliseconds),
          ...signal,
          ...(token ? { token } : {}),
        }),
        onNote: (note) => notes.push(note),
        ...signal,
        ...(options.revision ? { revision: options.revision } : {}),
        onProgress: (progress) => {
          arrived.set(progress.file, progress.done);
          options.onProgress?.(progress);
        },
      });
    };
    try {
      await work({ hub, official, cache, notes, pauses, download });
    } finally {
      await hub.stop();
    }
  });
}

export async function expectSame(model: DownloadedModel, official: string): Promise<void> {
  for (const { name, size, sha256 } of model.files) {
    const bytes = await readFile(join(model.folder, name));
    expect(bytes.equals(await readFile(join(official, name))), name).toBe(true);
    expect({ size, sha256 }).toEqual({ size: bytes.length, sha256: hash(bytes) });
  }
  expect((await readdir(model.folder)).sort()).toEqual(model.files.map(({ name }) => name).sort());
}

function hash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
