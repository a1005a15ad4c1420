import { readdir, readFile, rm, stat, truncate } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { main } from '../../src/pack/cli.ts';
import { pack } from '../../src/pack/pack.ts';
import type { PackManifest } from '../../src/weights/manifest.ts';
import { parseManifest } from '../../src/weights/parse-manifest.ts';
import { hasTinyQwen3, TINY_QWEN3 } from '../shared.ts';
import { captureOutput } from './captured-output.ts';
import { COMMIT, HubServer, type HubServerOptions, MODEL } from './hub-server.ts';
import { writeModel } from './model-writer.ts';
import { withFolder } from './pack-runner.ts';

const written = captureOutput();

beforeEach(() => {
  for (const name of ['HF_TOKEN', 'HF_ENDPOINT', 'HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY']) {
    vi.stubEnv(name, '');
    vi.stubEnv(name.toLowerCase(), '');
  }
});

afterEach(() => {
  vi.unstubAllEnvs();
});

interface Bench {
  readonly hub: HubServer;
  readonly official: string;
  readonly out: string;
  /** Runs `pack --from` the model on the server. */
  readonly run: (...options: string[]) => Promise<number>;
  readonly manifest: () => Promise<PackManifest>;
}

async function withBench(
  kind: HubServerOptions['kind'],
  work: (bench: Bench) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    const official = hasTinyQwen3 ? TINY_QWEN3 : join(folder, 'official');
    if (!hasTinyQwen3) await writeModel(official);
    const hub = await HubServer.start(official, { kind });
    const out = join(folder, 'pack');
    const host = {
      huggingface: ['--host', hub.url],
      modelscope: ['--host', hub.url, '--path-template', 'models/{model}/resolve/{revision}/'],
      files: ['--host', hub.url, '--path-template', 'copy/'],
      bare: ['--host', hub.url, '--path-template', 'copy/'],
    }[kind];
    const run = (...options: string[]) =>
      main(['pack', '--from', MODEL, '--out', out, '--cache', join(folder, 'cache'), ...host, ...options]);
    const manifest = async () =>
      parseManifest(JSON.parse(await readFile(join(out, 'manifest.json'), 'utf8')), out);
    try {
      await work({ hub, official, out, run, manifest });
    } finally {
      await hub.stop();
    }
  });
}

describe('pack --from a model on a host', () => {
  it.each(['huggingface', 'modelscope', 'files', 'bare'] as const)(
    'gives the pack that its files give (%s), and says where they are from',
    async (kind) => {
      await withBench(kind, async ({ hub, official, out, run, manifest }) => {
        expect(await run()).toBe(0);
        const { origin, ...fromHost } = await manifest();
        const variants = ['wasm-int8', 'webgpu-q4'] as const;
        const fromFolder = await pack({ from: official, out: `${out}-2`, id: MODEL, variants });
        expect(fromHost).toEqual(fromFolder);
        const verified = kind === 'huggingface' || kind === 'modelscope';
        const names = fromFolder.sources.map(({ name }) => name);
        expect(origin).toEqual({
          host: hub.url,
          model: MODEL,
          revision: kind === 'modelscope' ? 'master' : 'main',
          ...(kind === 'huggingface' ? { commit: COMMIT } : {}),
          unverified: verified ? [] : names,
        });
        expect(written.out.includes('NOT VERIFIED')).toBe(!verified);
        expect(written.out).toContain(`Downloaded from ${hub.url} (`);
        expect(written.out).toMatch(/\n[\d.]+ s, peak memory [\d.]+ [MG]B\n$/);
        await rm(`${out}-2`, { recursive: true });
      });
    },
  );

  it('takes the host from $HF_ENDPOINT, and the token to it', async () => {
    await withBench('huggingface', async ({ hub, out }) => {
      vi.stubEnv('HF_ENDPOINT', hub.url);
      vi.stubEnv('HF_TOKEN', 'hf_secret');
      const cache = join(out, '..', 'cache');
      expect(await main(['pack', '--from', MODEL, '--out', out, '--cache', cache])).toBe(0);
      expect(hub.requests.some(({ authorization }) => authorization === 'Bearer hf_secret')).toBe(true);
      expect(written.out + written.errors).not.toContain('hf_secret');
    });
  });
});

describe('a second run', () => {
  it('says that all is there, and touches nothing', async () => {
    await withBench('huggingface', async ({ hub, out, run }) => {
      await run();
      const before = await times(out);
      hub.requests.length = 0;
      expect(await run()).toBe(0);
      expect(written.out).toContain('All here already');
      expect(written.out).toContain(`Nothing to do: ${out} holds this pack already`);
      expect(await times(out)).toEqual(before);
      expect(hub.requests.map(({ path }) => path)).toEqual([`/api/models/${MODEL}/revision/main?blobs=true`]);
    });
  });

  it('of a folder says so too', async () => {
    await withBench('huggingface', async ({ official, out }) => {
      const argv = ['pack', '--from', official, '--out', out];
      expect(await main(argv)).toBe(0);
      const before = await times(out);
      expect(await main(argv)).toBe(0);
      expect(written.out).toContain('Nothing to do');
      expect(await times(out)).toEqual(before);
    });
  });

  it.each([
    ['--force'],
    ['--id', 'other'],
    ['--instruction', 'Other'],
    ['--thresholds', '0.5,0.4'],
    ['--variants', 'webgpu-q4'],
  ])('packs again with %s', async (...options) => {
    await withBench('huggingface', async ({ run }) => {
      await run();
      expect(await run(...options)).toBe(0);
      expect(written.out).not.toContain('Nothing to do');
      expect(written.out.match(/Packed /g)?.length).toBe(2);
    });
  });

  it('packs again when the official files have changed', async () => {
    await withBench('huggingface', async ({ hub, run, manifest }) => {
      await run();
      const before = await manifest();
      const config = Buffer.from(hub.files.get('config.json') as Uint8Array);
      hub.files.set('config.json', Buffer.concat([config, Buffer.from('\n')]));
      expect(await run()).toBe(0);
      expect((await manifest()).sources[0]?.sha256).not.toBe(before.sources[0]?.sha256);
    });
  });

  it('completes a pack that has lost its manifest, a chunk, or the end of one', async () => {
    await withBench('huggingface', async ({ out, run, manifest }) => {
      await run();
      const whole = await contents(out);
      const chunk = (await manifest()).tokenizer.chunks[0]?.path ?? '';
      const losses = [
        () => rm(join(out, 'manifest.json')),
        () => rm(join(out, chunk)),
        () => truncate(join(out, chunk), 10),
        () => truncate(join(out, 'manifest.json'), 100),
      ];
      for (const lose of losses) {
        await lose();
        expect(await run()).toBe(0);
        expect(await contents(out)).toEqual(whole);
      }
      expect(written.out).not.toContain('Nothing to do');
    });
  });
});

describe('what goes wrong is told in words, and ends with 1', () => {
  it.each([
    [401, 'RepoNotFound', 'set HF_TOKEN'],
    [404, 'RevisionNotFound', 'Check the id and --revision'],
  ])('status %i', async (status, reason, words) => {
    await withBench('huggingface', async ({ hub, out, run }) => {
      hub.misbehave = () => ({ status, headers: { 'x-error-code': reason } });
      expect(await run()).toBe(1);
      expect(written.errors).toMatch(new RegExp(`Cannot pack: http://.*: status ${status} \\(${reason}\\)`));
      expect(written.errors).toContain(words);
      await expect(stat(out)).rejects.toMatchObject({ code: 'ENOENT' });
    });
  });

  it('a model of another kind', async () => {
    await withBench('huggingface', async ({ hub, run }) => {
      hub.files.set('config.json', Buffer.from('{"model_type":"bert"}'));
      expect(await run()).toBe(1);
      expect(written.errors).toContain('Cannot pack: model_type: bert is not supported');
    });
  });
});

async function times(folder: string): Promise<Record<string, bigint>> {
  const names = await readdir(folder);
  return Object.fromEntries(
    await Promise.all(
      names.map(
        async (name) => [basename(name), (await stat(join(folder, name), { bigint: true })).mtimeNs] as const,
      ),
    ),
  );
}

async function contents(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder)).sort();
  return Object.fromEntries(
    await Promise.all(
      names.map(async (name) => [name, (await readFile(join(folder, name))).toString('base64')] as const),
    ),
  );
}
