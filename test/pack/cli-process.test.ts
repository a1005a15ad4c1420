import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { join, resolve } from 'node:path';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pack } from '../../src/pack/pack.ts';
import { HubServer, MODEL } from './hub-server.ts';
import { writeModel } from './model-writer.ts';
import { withFolder } from './pack-runner.ts';

/** Inside the project, so that the dependencies are found; ignored by git. */
const BUILT = resolve(import.meta.dirname, `../.packs/cli-${process.pid}`);
const START =
  'import(process.argv[1]).then(({ main }) => main(process.argv.slice(2))).then((code) => { process.exitCode = code; })';
const WEIGHTS = 'model.safetensors';

beforeAll(async () => {
  await build({ configFile: 'vite.pack.config.ts', logLevel: 'error', build: { outDir: BUILT } });
});

afterAll(async () => {
  await rm(BUILT, { recursive: true, force: true });
});

interface Run {
  readonly child: ChildProcess;
  readonly written: { text: string };
  /** Exit code or signal. */
  readonly end: Promise<number | string>;
}

/** The command line as users run it, in a process of its own. */
function start(argv: readonly string[], environment: Readonly<Record<string, string>> = {}): Run {
  const child = spawn(process.execPath, ['-e', START, join(BUILT, 'cli.js'), ...argv], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const written = { text: '' };
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (written.text += text));
  const end = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | string);
  return { child, written, end };
}

async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await condition())) await new Promise((resume) => setTimeout(resume, 5));
}

async function findPart(cache: string): Promise<string | undefined> {
  const names = await readdir(cache, { recursive: true }).catch(() => []);
  const part = names.find((name) => name.endsWith(`${WEIGHTS}.part`));
  return part === undefined ? undefined : join(cache, part);
}

async function sizeOf(path: string | undefined): Promise<number> {
  return path === undefined ? 0 : (await stat(path)).size;
}

async function contents(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder)).sort();
  const files = names.map(
    async (name) => [name, (await readFile(join(folder, name))).toString('base64')] as const,
  );
  return Object.fromEntries(await Promise.all(files));
}

describe.each([
  ['SIGKILL', 'SIGKILL'],
  ['SIGINT', 130],
] as const)('a download ended by %s', (signal, code) => {
  it('goes on at the very byte in the next run', async () => {
    await withFolder(async (folder) => {
      await writeModel(join(folder, 'official'));
      const hub = await HubServer.start(join(folder, 'official'), { kind: 'huggingface' });
      try {
        const cache = join(folder, 'cache');
        const argv = [
          'pack',
          '--from',
          MODEL,
          '--host',
          hub.url,
          '--cache',
          cache,
          '--out',
          join(folder, 'pack'),
        ];
        hub.misbehave = ({ at, name }) =>
          at === 'cdn' && name === WEIGHTS ? { stallAfter: 50_000 } : undefined;
        const first = start(argv);
        await until(async () => (await sizeOf(await findPart(cache))) === 50_000);
        first.child.kill(signal);
        expect(await first.end).toBe(code);
        if (signal === 'SIGINT')
          expect(first.written.text).toContain('Interrupted. Run the same command again');
        await expect(stat(join(folder, 'pack'))).rejects.toMatchObject({ code: 'ENOENT' });

        hub.misbehave = () => undefined;
        const second = start(argv);
        expect(await second.end).toBe(0);
        expect(hub.fetches(WEIGHTS).map(({ range }) => range)).toEqual([undefined, 'bytes=50000-']);
        const sent = hub.fetches(WEIGHTS).reduce((sum, { bytes }) => sum + bytes, 0);
        expect(sent).toBe(hub.files.get(WEIGHTS)?.length);
        expect(hub.fetches('tokenizer.json').length).toBe(1);
      } finally {
        await hub.stop();
      }
    });
  });
});

describe('packing that is killed', () => {
  it('leaves no finished pack, and is completed by the next run', async () => {
    await withFolder(async (folder) => {
      const official = join(folder, 'official');
      const out = join(folder, 'pack');
      await writeModel(official, { config: { vocab_size: 20_000, hidden_size: 256, num_hidden_layers: 4 } });
      await pack({
        from: official,
        out: join(folder, 'fresh'),
        id: 'official',
        variants: ['wasm-int8', 'webgpu-q4'],
      });
      const whole = await contents(join(folder, 'fresh'));
      const argv = ['pack', '--from', official, '--out', out];
      const first = start(argv);
      await until(async () => (await readdir(out).catch(() => [])).length > 0);
      first.child.kill('SIGKILL');
      await first.end;
      const left = await readdir(out);
      // Should the kill have come too late, then for all of it.
      if (left.includes('manifest.json')) expect(left.sort()).toEqual(Object.keys(whole));
      // What a run killed in the middle of a write leaves.
      await writeFile(join(out, `${'a'.repeat(64)}.bin.${first.child.pid}.tmp`), 'half a chunk');

      expect(await start(argv).end).toBe(0);
      expect(await contents(out)).toEqual(whole);
    });
  });
});

describe('a proxy', () => {
  it('named by HTTP_PROXY is used for http', async () => {
    await withProxy(async (proxy) => {
      await withFolder(async (folder) => {
        await writeModel(join(folder, 'official'));
        const hub = await HubServer.start(join(folder, 'official'), { kind: 'huggingface' });
        const argv = [
          'pack',
          '--from',
          MODEL,
          '--host',
          hub.url,
          '--cache',
          folder,
          '--out',
          join(folder, 'pack'),
        ];
        const run = start(argv, { HTTP_PROXY: `http://me:p%40ss@127.0.0.1:${proxy.port}` });
        expect(await run.end, run.written.text).toBe(0);
        expect(proxy.seen.length).toBe(hub.requests.length);
        expect(proxy.seen.every((one) => one === 'GET Basic bWU6cEBzcw==')).toBe(true);
        expect(
          await start(argv, { HTTP_PROXY: 'http://127.0.0.1:1', NO_PROXY: 'localhost, 127.0.0.1' }).end,
        ).toBe(0);
        await hub.stop();
      });
    });
  });

  it.skipIf(!hasOpenssl())(
    'named by HTTPS_PROXY is tunnelled through for https, certificates checked',
    async () => {
      await withProxy(async (proxy) => {
        await withFolder(async (folder) => {
          await writeModel(join(folder, 'official'));
          const tls = await makeCertificate(folder);
          const hub = await HubServer.start(join(folder, 'official'), { kind: 'huggingface', tls });
          const argv = [
            'pack',
            '--from',
            MODEL,
            '--host',
            hub.url,
            '--cache',
            folder,
            '--out',
            join(folder, 'pack'),
          ];
          const environment = { https_proxy: `127.0.0.1:${proxy.port}` };
          const untrusted = start(argv, environment);
          expect(await untrusted.end).toBe(1);
          expect(untrusted.written.text).toMatch(
            /certificate is not trusted \(.*\)[\s\S]*NODE_EXTRA_CA_CERTS/,
          );
          proxy.seen.length = 0;
          const trusted = start(argv, { ...environment, NODE_EXTRA_CA_CERTS: join(folder, 'cert.pem') });
          expect(await trusted.end, trusted.written.text).toBe(0);
          expect(proxy.seen.length).toBe(hub.requests.length);
          expect(proxy.seen.every((one) => one === 'CONNECT undefined')).toBe(true);
          await hub.stop();
        });
      });
    },
  );

  it('that refuses is told', async () => {
    const proxy = createServer((_, response) => response.writeHead(407).end());
    proxy.on('connect', (_, socket: Socket) =>
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'),
    );
    await listen(proxy);
    const { port } = proxy.address() as AddressInfo;
    const run = start(['pack', '--from', MODEL, '--host', 'https://a.invalid'], {
      HTTPS_PROXY: `http://127.0.0.1:${port}`,
    });
    expect(await run.end).toBe(1);
    expect(run.written.text).toContain(`the proxy 127.0.0.1:${port} refuses: status 407`);
    proxy.close();
  });
});

interface Proxy {
  readonly port: number;
  /** Method and credentials of each request. */
  readonly seen: string[];
}

async function withProxy(work: (proxy: Proxy) => Promise<void>): Promise<void> {
  const seen: string[] = [];
  const server = createServer(async (request, response) => {
    seen.push(`${request.method} ${request.headers['proxy-authorization']}`);
    const { host: _, 'proxy-authorization': __, ...headers } = request.headers;
    const answer = await fetch(request.url ?? '', {
      headers: headers as Record<string, string>,
      redirect: 'manual',
    });
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  server.on('connect', (request, socket: Socket) => {
    seen.push(`${request.method} ${request.headers['proxy-authorization']}`);
    const [host, port] = (request.url ?? '').split(':');
    const target = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      socket.pipe(target).pipe(socket);
    });
    for (const one of [socket, target]) one.on('error', () => one.destroy());
  });
  await listen(server);
  try {
    await work({ port: (server.address() as AddressInfo).port, seen });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

async function listen(server: Server): Promise<void> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
}

function hasOpenssl(): boolean {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

async function makeCertificate(folder: string): Promise<{ key: string; cert: string }> {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const kind = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2'];
  execFileSync('openssl', ['req', ...kind, '-keyout', key, '-out', cert, ...names], { stdio: 'ignore' });
  return { key: await readFile(key, 'utf8'), cert: await readFile(cert, 'utf8') };
}
