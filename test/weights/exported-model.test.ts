import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { LoadedExport } from '../../src/weights/exported-files.ts';
import { ExportedModel } from '../../src/weights/exported-model.ts';
import { openModel } from '../../src/weights/open-model.ts';
import { Pack } from '../../src/weights/pack.ts';
import { hurry } from './hurry.ts';
import { soundManifest } from './sound-manifest.ts';

/** A real server, whose answers a test replaces one by one. In Node there is no IndexedDB: the memory path. */
type Answer = (response: ServerResponse, request: IncomingMessage) => unknown;
const answers = new Map<string, Answer>();
const requests: string[] = [];
const server = createServer((request, response) => {
  requests.push(`${request.method} ${request.url}`);
  const answer = answers.get(String(request.url));
  if (answer) answer(response, request);
  else response.writeHead(404).end();
});
let origin = '';

const CONFIG = {
  num_hidden_layers: 2,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  hidden_size: 32,
  max_position_embeddings: 64,
  vocab_size: 100,
};
const signal = new AbortController().signal;
const send =
  (body: string | Uint8Array, headers: Record<string, string> = {}): Answer =>
  (response) =>
    response.writeHead(200, { 'content-length': Buffer.byteLength(body), ...headers }).end(body);

function serve(config: object = CONFIG): void {
  answers.set('/model/config.json', send(JSON.stringify(config)));
  answers.set('/model/tokenizer.json', send('{"tokenizer":1}'));
  answers.set('/model/onnx/model_quantized.onnx', send('the graph'));
}

async function load(
  options: Partial<Parameters<typeof openModel>[1]> = {},
): Promise<LoadedExport & { dtype: string }> {
  const model = await openModel(`${origin}/model`, { exported: true, device: 'wasm', signal, ...options });
  if (model instanceof Pack) throw new Error('a pack');
  const files = await model.choose();
  return { ...(await files.load({ signal, ...options, onProgress: () => {} })), dtype: files.dtype };
}

hurry();
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());
beforeEach(() => {
  answers.clear();
  requests.length = 0;
});

describe('what lies at an address', () => {
  const look = (url: string) => openModel(origin + url, { exported: false, device: 'wasm', signal });

  it('is a pack where there is a manifest', async () => {
    serve();
    answers.set('/model/manifest.json', send(JSON.stringify(soundManifest())));
    expect(await look('/model/')).toBeInstanceOf(Pack);
    expect(await look('/model/manifest.json')).toBeInstanceOf(Pack);
  });

  it.each([
    ['is missing', (response: ServerResponse) => response.writeHead(404).end()],
    ['is a bucket’s refusal', (response: ServerResponse) => response.writeHead(403).end()],
    ['is an index page', send('<!doctype html>', { 'content-type': 'text/html' })],
    ['is that of a web app', send('{"name":"desk"}')],
  ] as [string, Answer][])('is an export where the manifest %s', async (_, answer) => {
    serve();
    answers.set('/model/manifest.json', answer);
    expect(await look('/model')).toBeInstanceOf(ExportedModel);
    expect(await look('/model/?v=1#a')).toBeInstanceOf(ExportedModel);
  });

  it('is a damaged pack, and no export, where the manifest is one of ours and makes no sense', async () => {
    serve();
    answers.set('/model/manifest.json', send(JSON.stringify({ ...soundManifest(), variants: {} })));
    await expect(look('/model/')).rejects.toMatchObject({ code: 'integrity' });
  });

  it('is not to be told where the server fails', async () => {
    serve();
    answers.set('/model/manifest.json', (response) => response.writeHead(503).end());
    await expect(look('/model/')).rejects.toMatchObject({ code: 'http', details: { status: 503 } });
  });
});

describe('the files of an export', () => {
  it('are fetched once each, and no others', async () => {
    serve();
    const loaded = await load();
    expect(await loaded.graph.text()).toBe('the graph');
    expect(await loaded.tokenizer.text()).toBe('{"tokenizer":1}');
    expect(loaded).toMatchObject({ dtype: 'q8', fetchedBytes: 24, totalBytes: 24, hashed: false });
    expect(loaded.config).toEqual({ layers: 2, kvHeads: 2, headDim: 8, maxPositions: 64, vocabulary: 100 });
    expect(requests.filter((request) => request.startsWith('GET'))).toEqual([
      'GET /model/config.json',
      'GET /model/onnx/model_quantized.onnx',
      'GET /model/tokenizer.json',
    ]);
  });

  it('go over the borders of chunks unharmed, and are hashed as a whole', async () => {
    serve();
    const bytes = Buffer.alloc(80 * 1024 * 1024, 'a graph of eighty mebibytes');
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    answers.set('/model/onnx/model_quantized.onnx', send(bytes, { etag: `"${sha256}"` }));
    const loaded = await load();
    expect(loaded.hashed).toBe(true);
    expect(Buffer.from(await loaded.graph.arrayBuffer()).equals(bytes)).toBe(true);
    bytes[40_000_000] = 0;
    await expect(load()).rejects.toMatchObject({ code: 'integrity', details: { expected: sha256 } });
  });

  it.each([
    [undefined, 2],
    [{ use_external_data_format: 2 }, 2],
    [{ use_external_data_format: true }, 1],
    [{ use_external_data_format: { 'model_quantized.onnx': 2 } }, 2],
    [{ use_external_data_format: { model: true } }, 1],
    [{ use_external_data_format: { 'model_q4.onnx': 2 } }, 0],
    [{ use_external_data_format: false }, 0],
  ])('include external data by %o: %i', async (own, count) => {
    serve({ ...CONFIG, 'transformers.js_config': own });
    answers.set('/model/onnx/model_quantized.onnx_data', send('one'));
    answers.set('/model/onnx/model_quantized.onnx_data_1', send('two'));
    const { weights } = await load();
    const names = ['model_quantized.onnx_data', 'model_quantized.onnx_data_1'].slice(0, count);
    expect([...weights.keys()]).toEqual(names);
    expect(await Promise.all([...weights.values()].map((blob) => blob.text()))).toEqual(
      ['one', 'two'].slice(0, count),
    );
  });

  it.each([
    [{ use_external_data_format: 2 }, 'no onnx/model_quantized.onnx_data_1'],
    [{ use_external_data_format: 1e9 }, 'config.json: use_external_data_format'],
    [{ use_external_data_format: 'many' }, 'config.json: use_external_data_format'],
  ])('are refused before a weight is fetched for %o: %s', async (own, reason) => {
    serve({ ...CONFIG, 'transformers.js_config': own });
    answers.set('/model/onnx/model_quantized.onnx_data', send('one'));
    await expect(load()).rejects.toMatchObject({ code: 'not-a-model', details: { reason } });
    expect(requests.filter((request) => request.startsWith('GET'))).toEqual(['GET /model/config.json']);
  });

  it('are checked by the Git LFS pointer of a hub', async () => {
    serve();
    const sha256 = createHash('sha256').update('the graph').digest('hex');
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${sha256}\nsize 9\n`;
    for (const [path, answer] of [...answers]) answers.set(`/resolve/main${path}`, answer);
    answers.set('/raw/main/model/onnx/model_quantized.onnx', send(pointer));
    const loadFromHub = async () => {
      const url = `${origin}/resolve/main/model/`;
      const model = await openModel(url, { exported: true, device: 'wasm', signal });
      return (await (model as ExportedModel).choose()).load({ signal, onProgress: () => {} });
    };
    expect((await loadFromHub()).hashed).toBe(true);
    answers.set('/resolve/main/model/onnx/model_quantized.onnx', send('the grapf'));
    await expect(loadFromHub()).rejects.toMatchObject({ code: 'integrity' });
    // A mirror without pointers: an ETag behind its redirects is no SHA-256 to rely on.
    answers.delete('/raw/main/model/onnx/model_quantized.onnx');
    answers.set(
      '/resolve/main/model/onnx/model_quantized.onnx',
      send('the graph', { etag: `"${'0'.repeat(64)}"` }),
    );
    expect((await loadFromHub()).hashed).toBe(false);
  });

  it('have a length that is not taken from a compressed answer', async () => {
    serve();
    answers.set('/model/onnx/model_quantized.onnx', (response, { method }) => {
      if (method === 'HEAD')
        response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': '3' }).end();
      else response.writeHead(200).end('the graph');
    });
    expect(await (await load()).graph.text()).toBe('the graph');
  });

  const faults: [string, Answer, object][] = [
    [
      'shorter than announced',
      (r) => r.end('the'),
      { code: 'integrity', details: { expected: 9, actual: 3 } },
    ],
    ['longer than announced', (r) => r.end('the graphs'), { code: 'integrity' }],
    ['a page', send('the graph', { 'content-type': 'text/html' }), { code: 'integrity' }],
    ['gone meanwhile', (r) => r.writeHead(404).end(), { code: 'http' }],
    ['broken off', (r) => r.write('the', () => r.destroy()), { code: 'network' }],
  ];
  it.each(faults)('are refused when one is %s', async (_, fault, expected) => {
    serve();
    const healthy = answers.get('/model/onnx/model_quantized.onnx') as Answer;
    answers.set('/model/onnx/model_quantized.onnx', (response, request) =>
      (request.method === 'HEAD' ? healthy : fault)(response, request),
    );
    const details =
      'details' in expected ? { details: expect.objectContaining(expected.details as object) } : {};
    await expect(load()).rejects.toMatchObject({ ...expected, ...details });
  });

  it('are left where they are when the load is aborted', async () => {
    serve();
    const controller = new AbortController();
    answers.set('/model/onnx/model_quantized.onnx', (response, { method }) => {
      if (method === 'HEAD') response.writeHead(200, { 'content-length': '9' }).end();
      else controller.abort();
    });
    await expect(load({ signal: controller.signal })).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('the graph', () => {
  it.each([
    ['wasm', ['_quantized', '_q4', ''], 'q8'],
    ['wasm', ['_q4', ''], 'q4'],
    ['wasm', [''], 'fp32'],
    ['webgpu', ['_quantized', '_q4', '_q4f16', ''], 'q4'],
    ['webgpu', ['_quantized', '_q4f16', '_fp16', ''], 'fp32'],
  ] as const)('for %s of those with %o is %s', async (device, suffixes, dtype) => {
    serve();
    answers.delete('/model/onnx/model_quantized.onnx');
    for (const suffix of suffixes) answers.set(`/model/onnx/model${suffix}.onnx`, send('the graph'));
    expect((await load({ device })).dtype).toBe(dtype);
  });

  it.each([
    ['webgpu', undefined, 'device-unavailable', 'no onnx/model_q4.onnx, onnx/model.onnx'],
    ['webgpu', 'q8', 'device-unavailable', 'q8 is not for this device'],
    ['webgpu', 'q4', 'not-a-model', 'no onnx/model_q4.onnx'],
    ['wasm', 'fp32', 'not-a-model', 'no onnx/model.onnx'],
  ] as const)('for %s as %s is not there: %s', async (device, dtype, code, reason) => {
    serve();
    const details = expect.objectContaining({ reason });
    await expect(load({ device, dtype })).rejects.toMatchObject({ code, details });
  });
});

describe('config.json', () => {
  it.each([[], 'text', null, 7])('%o is no export', async (config) => {
    serve();
    answers.set('/model/config.json', send(JSON.stringify(config)));
    await expect(load()).rejects.toMatchObject({ code: 'not-a-model' });
  });

  it.each(Object.keys(CONFIG).filter((name) => name !== 'num_key_value_heads'))('needs %s', async (name) => {
    for (const value of [undefined, 0, -1, 1.5, '2', 1e300]) {
      serve({ ...CONFIG, [name]: value });
      const details = expect.objectContaining({ reason: `config.json: ${name}` });
      await expect(load()).rejects.toMatchObject({ code: 'not-a-model', details });
    }
  });
});
