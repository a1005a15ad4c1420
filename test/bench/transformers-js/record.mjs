import { createReadStream, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { join, resolve } from 'node:path';
import { chromium } from 'playwright-core';
import { runnerImport } from 'vite';
import { findChromium, ROOT } from '../../../tools/setup.mjs';

/**
 * Records what transformers.js computes for pairs of texts on random exports, in Chromium on WASM with fp32 weights:
 *
 *     node test/bench/transformers-js/record.mjs [folder]
 *
 * `folder` has @huggingface/transformers in its node_modules (default: test/bench). Writes
 * test/exported/transformers-js.json, with which test/browser/exported.test.ts compares the engine.
 */
const OUTPUT = resolve(ROOT, 'test/exported/transformers-js.json');
const REPOSITORIES = ['plain', 'gqa'];

const modules = resolve(process.argv[2] ?? join(ROOT, 'test/bench'), 'node_modules');
const pairs = JSON.parse(readFileSync(join(import.meta.dirname, 'pairs.json'), 'utf8'));

const { repositoryFile, sha256Of } = await fromTypeScript('test/exported/repository.ts');
const { promptTemplate } = await fromTypeScript('src/weights/official-prompt.ts');

const server = createHttpServer((request, response) => {
  const path = String(request.url).replace(/\?.*/, '');
  const [, root, rest = ''] = /^\/(models|transformers|ort)\/(.+)$/.exec(path) ?? [];
  if (root === 'models') {
    const [repository, ...parts] = rest.split('/');
    const bytes = repositoryFile(repository, parts.join('/'));
    return bytes ? response.end(bytes) : response.writeHead(404).end();
  }
  const file = join(
    modules,
    root === 'ort' ? 'onnxruntime-web/dist' : '@huggingface/transformers/dist',
    rest,
  );
  if (root === undefined || !existsSync(file)) {
    return response
      .setHeader('content-type', 'text/html')
      .writeHead(path === '/' ? 200 : 404)
      .end();
  }
  if (file.endsWith('js')) response.setHeader('content-type', 'text/javascript');
  return createReadStream(file).pipe(response);
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
const browser = await chromium.launch({ executablePath: findChromium() ?? '', args: ['--no-sandbox'] });

try {
  const page = await browser.newPage();
  page.on('pageerror', (error) => console.error(error));
  await page.goto(`http://127.0.0.1:${port}/`);
  const recorded = [];
  for (const repository of REPOSITORIES) {
    const scores = await page.evaluate(scoreAll, { repository, pairs, template: promptTemplate() });
    const files = ['onnx/model.onnx', 'onnx/model.onnx_data', 'tokenizer.json'];
    const sha256 = Object.fromEntries(
      files.map((file) => [file, sha256Of(repositoryFile(repository, file))]),
    );
    recorded.push({ repository, sha256, scores });
  }
  const { version } = JSON.parse(
    readFileSync(join(modules, '@huggingface/transformers/package.json'), 'utf8'),
  );
  const result = {
    command: 'node test/bench/transformers-js/record.mjs',
    transformers: version,
    chromium: browser.version(),
    models: recorded,
  };
  writeFileSync(OUTPUT, `${JSON.stringify(result, undefined, 2)}\n`);
  console.log(`${OUTPUT}: ${recorded.map(({ scores }) => scores.length)} scores`);
} finally {
  await browser.close();
  server.close();
}

/** @param {string} path */
async function fromTypeScript(path) {
  return (await runnerImport(resolve(ROOT, path), { root: ROOT, configFile: false })).module;
}

/**
 * Runs in the page: the recipe of the model card. Prompt, body and end are tokenised apart, one forward pass of the
 * whole pair, the logits of yes and no at its last position.
 * @param {{ repository: string, pairs: { query: string, document: string }[], template: import('../../../src/weights/manifest.ts').PromptTemplate }} task
 */
async function scoreAll({ repository, pairs, template }) {
  const url = '/transformers/transformers.js';
  const { AutoModelForCausalLM, AutoTokenizer, env, Tensor } = await import(url);
  env.allowRemoteModels = false;
  env.allowLocalModels = true;
  env.localModelPath = '/models/';
  env.useBrowserCache = false;
  env.backends.onnx.wasm.wasmPaths = `${location.origin}/ort/`;
  const tokenizer = await AutoTokenizer.from_pretrained(repository);
  const options = { dtype: 'fp32', device: 'wasm', use_external_data_format: true };
  const model = await AutoModelForCausalLM.from_pretrained(repository, options);
  /** @param {string} text @returns {number[]} */
  const encode = (text) => tokenizer.encode(text, { add_special_tokens: false });
  const [yes = -1] = encode('yes');
  const [no = -1] = encode('no');
  const scores = [];
  for (const { query, document } of pairs) {
    const body = template.body.replace('{instruction}', template.instruction).replace('{query}', query);
    const text = body + template.document.replace('{document}', document);
    const ids = [...encode(template.prefix), ...encode(text), ...encode(template.suffix)];
    const dims = [1, ids.length];
    const { logits } = await model({
      input_ids: new Tensor('int64', BigInt64Array.from(ids, BigInt), dims),
      attention_mask: new Tensor('int64', new BigInt64Array(ids.length).fill(1n), dims),
    });
    const vocabulary = logits.dims[2];
    const last = logits.data.subarray(logits.data.length - vocabulary);
    scores.push({ query, document, tokens: ids.length, yes: last[yes], no: last[no] });
  }
  return scores;
}
