import { spawnSync } from 'node:child_process';
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CaseMatcherError } from '../../src/errors.ts';
import { defaultCache, downloadModel } from '../../src/pack/download-model.ts';
import { chooseHub } from '../../src/pack/hub.ts';
import { HubClient } from '../../src/pack/hub-client.ts';
import { expectSame, WEIGHTS, withDesk } from './download-desk.ts';
import { COMMIT, MODEL, type SeenRequest } from './hub-server.ts';

describe('a model is downloaded', () => {
  it('from Hugging Face: at its commit, large files by SHA-256, small ones by git id', async () => {
    await withDesk('huggingface', async ({ hub, official, download }) => {
      const model = await download();
      await expectSame(model, official);
      expect(model.commit).toBe(COMMIT);
      expect(model.files.map(({ name, check }) => [name, check])).toEqual([
        ['config.json', 'git-sha1'],
        ['tokenizer.json', 'sha256'],
        [WEIGHTS, 'sha256'],
      ]);
      const resolved = hub.requests.filter(({ path }) => path.includes('/resolve/'));
      expect(resolved.every(({ path }) => path.startsWith(`/${MODEL}/resolve/${COMMIT}/`))).toBe(true);
    });
  });

  it('from ModelScope: every file by SHA-256', async () => {
    await withDesk('modelscope', async ({ hub, official, download }) => {
      const model = await download();
      await expectSame(model, official);
      expect(model.files.every(({ check }) => check === 'sha256')).toBe(true);
      expect(hub.fetches(WEIGHTS)[0]?.path).toBe(`/models/${MODEL}/resolve/master/${WEIGHTS}`);
    });
  });

  it.each(['files', 'bare'] as const)('from a host without hashes (%s), which is said', async (kind) => {
    await withDesk(kind, async ({ official, download }) => {
      const model = await download();
      await expectSame(model, official);
      expect(model.files.every(({ check }) => check === 'size')).toBe(true);
    });
  });

  it.each(['huggingface', 'modelscope', 'files'] as const)('in shards (%s)', async (kind) => {
    await withDesk(
      kind,
      async ({ official, download }) => {
        const model = await download();
        await expectSame(model, official);
        expect(model.files.map(({ name }) => name).slice(2)).toEqual([
          'model.safetensors.index.json',
          'model-00001-of-00002.safetensors',
          'model-00002-of-00002.safetensors',
        ]);
      },
      { shards: 2 },
    );
  });

  it.each(['huggingface', 'modelscope', 'files'] as const)(
    'once: a second run fetches nothing (%s)',
    async (kind) => {
      await withDesk(kind, async ({ hub, download }) => {
        const first = await download();
        const before = hub.requests.length;
        const second = await download();
        expect(second.files).toEqual(first.files.map((file) => ({ ...file, present: true })));
        const paths = hub.requests.slice(before);
        expect(paths.every(({ method, name }) => method === 'HEAD' || name === undefined)).toBe(true);
      });
    },
  );
});

describe('a host in trouble', () => {
  it('is waited for as long as it asks', async () => {
    await withDesk('huggingface', async ({ hub, official, notes, pauses, download }) => {
      const troubles = [
        { status: 429, headers: { 'retry-after': '7' } },
        { status: 503, headers: {} },
        { status: 429, headers: { 'retry-after': new Date(Date.now() - 1000).toUTCString() } },
      ];
      hub.misbehave = ({ name, at }) => (name === WEIGHTS && at === 'hub' ? troubles.shift() : undefined);
      await expectSame(await download(), official);
      expect(pauses).toEqual([7000, 1000, 2000]);
      expect(notes[0]).toBe('the host answered 429; trying again in 7 s');
    });
  });

  it('that asks for an hour is left to the user', async () => {
    await withDesk('huggingface', async ({ hub, pauses, download }) => {
      hub.misbehave = () => ({ status: 429, headers: { 'retry-after': '3600' } });
      await expect(download()).rejects.toMatchObject({
        code: 'http',
        details: { status: 429, retryAfter: 3600 },
      });
      expect(pauses).toEqual([]);
    });
  });

  it('is given up after a bounded number of tries, with growing pauses', async () => {
    await withDesk('huggingface', async ({ hub, pauses, download }) => {
      hub.misbehave = ({ at, name }) => (at === 'cdn' && name === WEIGHTS ? { cutAfter: 0 } : undefined);
      await expect(download()).rejects.toMatchObject({ code: 'network' });
      expect(pauses).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000]);
    });
  });

  it('that falls silent is hung up on, and the download goes on', async () => {
    await withDesk('huggingface', async ({ hub, official, notes, download }) => {
      let first = true;
      hub.misbehave = ({ at, name }) => {
        if (at !== 'cdn' || name !== WEIGHTS || !first) return undefined;
        first = false;
        return { stallAfter: 10_000 };
      };
      await expectSame(await download({ stallMs: 1000 }), official);
      expect(notes).toContain('no byte for 1 s; trying again in 0.5 s');
      expect(hub.fetches(WEIGHTS).map(({ range }) => range)).toContain('bytes=10000-');
    });
  });

  it('that is not there is an error of the network, after some tries', async () => {
    await withDesk('huggingface', async ({ hub, pauses, download }) => {
      const { url } = hub;
      await hub.stop();
      await expect(download({ host: url })).rejects.toMatchObject({
        code: 'network',
        details: { reason: 'ECONNREFUSED' },
      });
      expect(pauses.length).toBe(3);
    });
  });
});

describe('a refusal is an error at once', () => {
  it.each([
    [401, 'RepoNotFound'],
    [403, 'GatedRepo'],
    [404, 'RevisionNotFound'],
  ])('status %i', async (status, reason) => {
    await withDesk('huggingface', async ({ hub, pauses, download }) => {
      hub.misbehave = () => ({ status, headers: { 'x-error-code': reason } });
      await expect(download()).rejects.toMatchObject({ code: 'http', details: { status, reason } });
      expect(pauses).toEqual([]);
    });
  });

  it.each([
    ['a web page', '<html>Please log in</html>'],
    ['other JSON', '{"siblings":"none"}'],
    ['a list without a commit', '{"siblings":[]}'],
  ])('%s in place of the list', async (_, body) => {
    await withDesk('huggingface', async ({ hub, download }) => {
      hub.misbehave = () => ({ body });
      await expect(download()).rejects.toMatchObject({
        code: 'not-a-model',
        details: { reason: 'no list of files' },
      });
    });
  });

  it.each(['config.json', 'tokenizer.json', WEIGHTS])('a model without %s', async (name) => {
    for (const kind of ['huggingface', 'files'] as const) {
      await withDesk(kind, async ({ hub, download }) => {
        hub.files.delete(name);
        await expect(download()).rejects.toMatchObject({ code: 'invalid-input', details: { field: name } });
      });
    }
  });

  it('an endless chain of redirects, and one to nowhere', async () => {
    await withDesk('huggingface', async ({ hub, download }) => {
      hub.misbehave = ({ path }) => ({ status: 302, headers: { location: path } });
      await expect(download()).rejects.toMatchObject({ details: { reason: 'too many redirects' } });
      hub.misbehave = () => ({ status: 302, headers: { location: 'http://[' } });
      await expect(download()).rejects.toMatchObject({ code: 'http', details: { status: 302 } });
    });
  });
});

it('a host that says why it has no list is quoted', async () => {
  await withDesk('modelscope', async ({ hub, download }) => {
    hub.misbehave = () => ({ body: '{"Code":10010205001,"Success":false,"Message":"model not found"}' });
    await expect(download()).rejects.toMatchObject({
      code: 'not-a-model',
      details: { reason: 'model not found' },
    });
  });
});

describe('the token', () => {
  const TOKEN = 'hf_secret';
  const withToken = (requests: readonly SeenRequest[]) =>
    requests.filter(({ authorization }) => authorization);

  it('goes to its own origin alone, not to where that redirects', async () => {
    await withDesk('huggingface', async ({ hub, download }) => {
      await download({ environment: { HF_TOKEN: ` ${TOKEN}\n`, HF_ENDPOINT: hub.url } });
      expect(
        withToken(hub.requests).every(
          ({ at, authorization }) => at === 'hub' && authorization === `Bearer ${TOKEN}`,
        ),
      ).toBe(true);
      expect(hub.requests.filter(({ at }) => at === 'hub').length).toBe(withToken(hub.requests).length);
      expect(hub.requests.some(({ at }) => at === 'cdn')).toBe(true);
    });
  });

  it('does not go to a host given by --host', async () => {
    await withDesk('huggingface', async ({ hub, download }) => {
      await download({ environment: { HF_TOKEN: TOKEN } });
      expect(withToken(hub.requests)).toEqual([]);
    });
  });

  it('is in no error and no note', async () => {
    await withDesk('huggingface', async ({ hub, notes, download }) => {
      hub.misbehave = ({ at }) => (at === 'cdn' ? { status: 500 } : undefined);
      const error = await download({ environment: { HF_TOKEN: TOKEN, HF_ENDPOINT: hub.url } }).catch(
        (e: unknown) => e,
      );
      expect(error).toBeInstanceOf(CaseMatcherError);
      expect(`${String(error)} ${JSON.stringify((error as CaseMatcherError).details)} ${notes}`).not.toMatch(
        /secret|signature/,
      );
    });
  });
});

describe('the disk', () => {
  it('is looked at before the download', async () => {
    await withDesk('huggingface', async ({ hub, download }) => {
      const list = (await (
        await fetch(`${hub.url}/api/models/${MODEL}/revision/main?blobs=true`)
      ).json()) as {
        siblings: { rfilename: string; lfs?: { size: number } }[];
      };
      for (const { rfilename, lfs } of list.siblings) if (rfilename === WEIGHTS && lfs) lfs.size = 1e15;
      hub.misbehave = ({ path }) => (path.startsWith('/api/') ? { body: JSON.stringify(list) } : undefined);
      await expect(download()).rejects.toMatchObject({
        code: 'invalid-input',
        details: {
          field: '--cache',
          reason: expect.stringMatching(/no room .* 1000000\.0\d GB are still to come, .* are free/),
        },
      });
      expect(hub.fetches(WEIGHTS)).toEqual([]);
    });
  });

  it('gets the folder of its system for caches', () => {
    expect(defaultCache({ XDG_CACHE_HOME: '/x' }, 'linux')).toBe(join('/x', 'case-matcher'));
    expect(defaultCache({}, 'linux')).toMatch(/\.cache[\\/]case-matcher$/);
    expect(defaultCache({}, 'darwin')).toMatch(/Caches[\\/]case-matcher$/);
    expect(defaultCache({ LOCALAPPDATA: 'L' }, 'win32')).toBe(join('L', 'case-matcher', 'cache'));
  });
});

describe('two downloads of the same', () => {
  it('do not write into one file: the second is told', async () => {
    await withDesk('huggingface', async ({ hub, official, download }) => {
      const second: Promise<unknown>[] = [];
      const first = download({
        onProgress: () => {
          if (second.length === 0) second.push(download().catch((error: unknown) => error));
        },
      });
      await expectSame(await first, official);
      expect(await second[0]).toMatchObject({
        code: 'invalid-input',
        details: { reason: expect.stringMatching(`^process ${process.pid} works there`) },
      });
      expect(hub.fetches(WEIGHTS).length).toBe(1);
    });
  });

  it('are no two when the other was killed', async () => {
    await withDesk('huggingface', async ({ official, download }) => {
      const { folder } = await download();
      await writeFile(join(folder, 'in-use.pid'), String(spawnSync(process.execPath, ['-e', '']).pid));
      await expectSame(await download(), official);
    });
  });
});

describe('an abort', () => {
  it('ends a pause', async () => {
    await withDesk('huggingface', async ({ hub, cache }) => {
      hub.misbehave = () => ({ status: 503 });
      const abort = new AbortController();
      const options = { environment: {}, stallMs: 30_000, signal: abort.signal, onNote: () => abort.abort() };
      const running = downloadModel({
        hub: chooseHub({ host: hub.url }, {}),
        model: MODEL,
        cache,
        client: new HubClient(options),
        signal: abort.signal,
      });
      await expect(running).rejects.toMatchObject({ name: 'AbortError' });
      await expect(stat(cache)).rejects.toMatchObject({ code: 'ENOENT' });
    });
  });
});
