import { readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expectSame, WEIGHTS, withDesk } from './download-desk.ts';
import { MODEL } from './hub-server.ts';
import { writeModel } from './model-writer.ts';

describe('an interrupted download goes on', () => {
  it.each(['huggingface', 'modelscope', 'files'] as const)(
    'when the connection is cut again and again (%s)',
    async (kind) => {
      await withDesk(kind, async ({ hub, official, notes, download }) => {
        const size = hub.files.get(WEIGHTS)?.length ?? 0;
        const cuts = [1, 8000, 3, 0, 30_000];
        hub.misbehave = ({ name, method, at }) => {
          const last = kind !== 'huggingface' || at === 'cdn';
          const cutAfter = name === WEIGHTS && method === 'GET' && last ? cuts.shift() : undefined;
          return cutAfter === undefined ? undefined : { cutAfter };
        };
        await expectSame(await download(), official);
        expect(cuts).toEqual([]);
        const sent = hub.fetches(WEIGHTS);
        expect(sent.map(({ range }) => range)).toEqual([
          undefined,
          'bytes=1-',
          'bytes=8001-',
          'bytes=8004-',
          'bytes=8004-',
          'bytes=38004-',
        ]);
        expect(sent.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(size);
        expect(notes.length).toBe(5);
      });
    },
  );

  it('in the next run, at the very byte', async () => {
    await withDesk('huggingface', async ({ hub, official, download }) => {
      hub.misbehave = ({ at, name }) =>
        at === 'cdn' && name === WEIGHTS ? { stallAfter: 20_000 } : undefined;
      const abort = new AbortController();
      const stopped = download({
        signal: abort.signal,
        onProgress: ({ file, done }) => {
          if (file === WEIGHTS && done === 20_000) abort.abort();
        },
      });
      await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
      hub.misbehave = () => undefined;
      hub.requests.length = 0;
      const model = await download();
      await expectSame(model, official);
      expect(hub.fetches(WEIGHTS).map(({ range }) => range)).toEqual(['bytes=20000-']);
      expect(hub.fetches('config.json')).toEqual([]);
    });
  });

  it('without a request where all bytes had come but the name was not yet given', async () => {
    await withDesk('huggingface', async ({ hub, official, download }) => {
      const { folder } = await download();
      await rm(join(folder, WEIGHTS));
      await writeFile(join(folder, `${WEIGHTS}.part`), await readFile(join(official, WEIGHTS)));
      hub.requests.length = 0;
      await expectSame(await download(), official);
      expect(hub.fetches(WEIGHTS)).toEqual([]);
    });
  });

  it('from the start where the host has neither hash nor ETag', async () => {
    await withDesk('bare', async ({ hub, official, download }) => {
      const { folder } = await download();
      await rm(join(folder, WEIGHTS));
      await writeFile(join(folder, `${WEIGHTS}.part`), 'of who knows what');
      hub.requests.length = 0;
      await expectSame(await download(), official);
      expect(hub.fetches(WEIGHTS).map(({ range }) => range)).toEqual([undefined]);
    });
  });

  it('from the start where the host does not serve ranges, and says so', async () => {
    await withDesk('huggingface', async ({ hub, official, notes, download }) => {
      const { folder } = await download();
      const whole = await readFile(join(official, WEIGHTS));
      await rm(join(folder, WEIGHTS));
      await writeFile(join(folder, `${WEIGHTS}.part`), whole.subarray(0, 1000));
      hub.misbehave = ({ at, name }) => (at === 'cdn' && name === WEIGHTS ? { body: whole } : undefined);
      await expectSame(await download(), official);
      expect(notes).toContain(`${WEIGHTS}: the host sends it from the start`);
    });
  });

  it('from the start where a range answers another range than asked for', async () => {
    await withDesk('huggingface', async ({ hub, official, download }) => {
      const { folder } = await download();
      const whole = await readFile(join(official, WEIGHTS));
      await rm(join(folder, WEIGHTS));
      await writeFile(join(folder, `${WEIGHTS}.part`), whole.subarray(0, 1000));
      const headers = { 'content-range': `bytes 0-${whole.length - 1}/${whole.length}` };
      let first = true;
      hub.misbehave = ({ at, name }) => {
        if (at !== 'cdn' || name !== WEIGHTS || !first) return undefined;
        first = false;
        return { status: 206, headers, body: whole };
      };
      await expectSame(await download(), official);
    });
  });
});

describe('a file that changes on the host', () => {
  it('between runs is another download', async () => {
    await withDesk('files', async ({ hub, official, download }) => {
      const first = await download();
      await truncate(join(first.folder, WEIGHTS), 5000);
      await writeModel(official, { seed: 2 });
      hub.files.set(WEIGHTS, await readFile(join(official, WEIGHTS)));
      const second = await download();
      expect(second.folder).not.toBe(first.folder);
      await expectSame(second, official);
    });
  });

  it('within a run is never mixed: its ETag tells', async () => {
    await withDesk('files', async ({ hub, official, download }) => {
      await writeModel(official, { seed: 2 });
      const changed = await readFile(join(official, WEIGHTS));
      hub.misbehave = ({ name, method, range }) => {
        if (name !== WEIGHTS || method !== 'GET' || range) return undefined;
        hub.files.set(WEIGHTS, changed);
        return undefined;
      };
      await expect(download()).rejects.toMatchObject({
        code: 'integrity',
        details: { reason: 'the file on the host has changed' },
      });
    });
  });

  it('is found by its hash where the host has no ETag; the part is thrown away', async () => {
    await withDesk('huggingface', async ({ hub, official, notes, download }) => {
      const { folder } = await download();
      await rm(join(folder, WEIGHTS));
      await writeFile(join(folder, `${WEIGHTS}.part`), Buffer.alloc(1000, 7));
      await expectSame(await download(), official);
      expect(notes.join()).toMatch(/wrong bytes \(SHA-256/);
      expect(
        hub
          .fetches(WEIGHTS)
          .slice(-2)
          .map(({ range }) => range),
      ).toEqual(['bytes=1000-', undefined]);
    });
  });

  it('does not matter where another commit holds the same files', async () => {
    await withDesk('huggingface', async ({ hub, download }) => {
      const first = await download();
      const list = {
        sha: 'b'.repeat(40),
        siblings: [] as unknown[],
      };
      const answer = await fetch(`${hub.url}/api/models/${MODEL}/revision/main?blobs=true`);
      list.siblings = ((await answer.json()) as { siblings: unknown[] }).siblings;
      hub.misbehave = ({ path }) => (path.startsWith('/api/') ? { body: JSON.stringify(list) } : undefined);
      const second = await download();
      expect(second.commit).toBe('b'.repeat(40));
      expect(second.folder).toBe(first.folder);
      expect(second.files.every(({ present }) => present)).toBe(true);
    });
  });
});

describe('a file that is damaged on the disk', () => {
  it('is found in the next run and fetched again', async () => {
    await withDesk('huggingface', async ({ hub, official, notes, download }) => {
      const { folder } = await download();
      const bytes = await readFile(join(folder, WEIGHTS));
      bytes[20_000] = (bytes[20_000] ?? 0) ^ 1;
      await writeFile(join(folder, WEIGHTS), bytes);
      await expectSame(await download(), official);
      expect(notes).toContain(`${WEIGHTS} is damaged and is fetched again`);
      expect(hub.fetches(WEIGHTS).length).toBe(2);
    });
  });
});

describe('wrong bytes are fetched once more and then refused', () => {
  const cases: readonly [name: string, body: (whole: Uint8Array) => string | Uint8Array, reason: RegExp][] = [
    [
      'a hash that does not fit',
      (whole) => whole.map((byte, i) => (i === 9000 ? byte ^ 1 : byte)),
      /SHA-256 .* instead of/,
    ],
    ['too few bytes', (whole) => whole.subarray(0, 1000), /1000 bytes instead of/],
    ['too many bytes', (whole) => Buffer.concat([whole, whole]), /bytes instead of/],
    ['a web page with status 200', () => '<html>Please log in</html>', /a web page|26 bytes instead of/],
  ];

  it.each(cases)('%s', async (_, body, reason) => {
    await withDesk('huggingface', async ({ hub, download }) => {
      const whole = hub.files.get(WEIGHTS) as Uint8Array;
      hub.misbehave = ({ at, name }) =>
        at === 'cdn' && name === WEIGHTS ? { body: body(whole) } : undefined;
      await expect(download()).rejects.toMatchObject({
        code: 'integrity',
        details: { reason: expect.stringMatching(reason) },
      });
      expect(hub.fetches(WEIGHTS).length).toBe(2);
      hub.misbehave = () => undefined;
      const { folder } = await download();
      expect(await readdir(folder)).not.toContain(`${WEIGHTS}.part`);
    });
  });

  it('a web page in place of a file without a hash', async () => {
    await withDesk('bare', async ({ hub, download }) => {
      hub.misbehave = ({ name, method }) =>
        name === WEIGHTS && method === 'GET'
          ? { headers: { 'content-type': 'text/html; charset=utf-8' }, body: '<html>Please log in</html>' }
          : undefined;
      await expect(download()).rejects.toMatchObject({
        code: 'integrity',
        details: { reason: 'a web page instead of the file' },
      });
    });
  });

  it('are accepted when they come right the second time', async () => {
    await withDesk('modelscope', async ({ hub, official, download }) => {
      let first = true;
      hub.misbehave = ({ name }) => {
        if (name !== WEIGHTS || !first) return undefined;
        first = false;
        return { body: Buffer.alloc(hub.files.get(WEIGHTS)?.length ?? 0) };
      };
      await expectSame(await download(), official);
    });
  });
});
