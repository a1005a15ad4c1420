import { createHash } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { halfToFloat32 } from '../../src/weights/float16.ts';
import { Pack } from '../../src/weights/pack.ts';
import { hurry } from './hurry.ts';
import { soundManifest } from './sound-manifest.ts';

/** A real server, whose answers a test replaces one by one. In Node there is no IndexedDB: the memory path. */
type Answer = (response: ServerResponse) => void;
const answers = new Map<string, Answer>();
const requests: string[] = [];
const server = createServer((request, response) => {
  const path = String(request.url);
  requests.push(path);
  const answer = answers.get(path);
  if (answer) answer(response);
  else response.writeHead(404).end();
});
let folder = '';

const send =
  (body: string | Uint8Array, type = 'application/octet-stream'): Answer =>
  (response) =>
    response.writeHead(200, { 'content-type': type }).end(body);

/** Serves a whole pack; returns the path of each file's chunk. */
function servePack(manifest = soundManifest()) {
  const paths = new Map<string, string>();
  const { embeddings, tokenizer, variants } = manifest;
  for (const file of [
    tokenizer,
    embeddings.int8,
    variants['wasm-fp32'].graph,
    variants['wasm-fp32'].weights[0],
  ]) {
    if (file === undefined) continue;
    const bytes = Buffer.alloc(file.size, file.name);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    file.chunks = [{ path: `${sha256}.bin`, size: file.size, sha256 }];
    paths.set(file.name, `/pack/${sha256}.bin`);
    answers.set(`/pack/${sha256}.bin`, send(bytes));
  }
  answers.set('/pack/manifest.json', send(JSON.stringify(manifest), 'application/json'));
  return paths;
}

const signal = new AbortController().signal;
async function load(options: { signal?: AbortSignal; onProgress?: (p: { loaded: number }) => void } = {}) {
  const pack = await Pack.open(`${folder}/pack/`, { signal });
  const variant = pack.manifest.variants['wasm-fp32'];
  if (variant === undefined) throw new Error('no variant');
  return pack.load(variant, { signal, ...options });
}

hurry();
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  folder = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());
beforeEach(() => {
  answers.clear();
  requests.length = 0;
});

describe('a pack over HTTP', () => {
  it.each(['/pack', '/pack/', '/pack/manifest.json', '/pack/?v=1/2'])('opens at %s', async (path) => {
    servePack();
    answers.set('/pack/manifest.json?v=1/2', answers.get('/pack/manifest.json') as Answer);
    const { manifest } = await Pack.open(folder + path, { signal });
    expect(manifest.model.id).toBe('test');
  });

  it('loads the chosen variant and says how far it is', async () => {
    servePack();
    const progress: number[] = [];
    const loaded = await load({ onProgress: (p) => progress.push(p.loaded) });
    expect(await loaded.weights.get('weights-0.bin')?.text()).toBe('weight');
    expect(loaded).toMatchObject({ totalBytes: 53, fetchedBytes: 53, persisted: false });
    expect(progress[0]).toBe(0);
    expect(progress[progress.length - 1]).toBe(53);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
  });

  it('hands on weights in float16 as float32', async () => {
    const manifest = soundManifest();
    Object.assign(manifest.variants['wasm-fp32'].weights[0] ?? {}, { encoding: 'float16' });
    servePack(manifest);
    const { weights } = await load();
    const values = new Float32Array((await weights.get('weights-0.bin')?.arrayBuffer()) as ArrayBuffer);
    const halves = new Uint16Array(new Uint8Array(Buffer.from('weight')).buffer);
    expect([...values]).toEqual([...halfToFloat32(halves)]);
  });

  it('is no model where the server answers 200 with its index page', async () => {
    answers.set('/pack/manifest.json', send('<!doctype html><title>desk</title>', 'text/html'));
    await expect(Pack.open(`${folder}/pack/`, { signal })).rejects.toMatchObject({ code: 'not-a-model' });
  });

  it('does not quote in an error what the server sent', async () => {
    answers.set('/pack/manifest.json', send('{"secret": oops'));
    const error: unknown = await Pack.open(`${folder}/pack/`, { signal }).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: 'not-a-model' });
    const chain = [error, (error as Error).cause].filter((e) => e instanceof Error);
    const seen = chain.map(({ message, stack }) => message + stack).join();
    expect(seen).not.toContain('secret');
  });

  const faults: [string, Answer, object][] = [
    ['an index page in place of weights', send('<!doctype html>', 'text/html'), { code: 'integrity' }],
    ['a flipped bit', send('weighu'), { code: 'integrity' }],
    ['a short body', send('wei'), { code: 'integrity', details: expect.objectContaining({ actual: 3 }) }],
    ['a long body', send('weightweight'), { code: 'integrity' }],
    [
      'a 503',
      (r) => r.writeHead(503).end(),
      { code: 'http', details: expect.objectContaining({ status: 503 }) },
    ],
    ['a missing chunk', (r) => r.writeHead(404).end(), { code: 'http' }],
    ['a broken connection', (r) => r.destroy(), { code: 'network' }],
    [
      'a body that breaks off',
      (r) => {
        r.writeHead(200, { 'content-length': '6' });
        r.write('wei', () => r.destroy());
      },
      { code: 'network' },
    ],
  ];
  it.each(faults)('rejects %s, and loads once the server is well', async (_, fault, expected) => {
    const path = servePack().get('weights-0.bin') as string;
    const healthy = answers.get(path) as Answer;
    answers.set(path, fault);
    await expect(load()).rejects.toMatchObject(expected);
    answers.set(path, healthy);
    expect(await (await load()).weights.get('weights-0.bin')?.text()).toBe('weight');
  });

  it('stops when aborted in mid-download', async () => {
    const path = servePack().get('weights-0.bin') as string;
    const controller = new AbortController();
    answers.set(path, () => controller.abort());
    await expect(load({ signal: controller.signal })).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('rejects where nobody listens', async () => {
    await expect(Pack.open('http://127.0.0.1:1/', { signal })).rejects.toMatchObject({ code: 'network' });
  });
});
