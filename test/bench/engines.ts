import { promptTemplate } from '../../src/weights/official-prompt.ts';

/** An engine as the benchmark starts it: a page and what its `load` is given. */
export interface Engine {
  readonly page: 'ours' | 'transformers' | 'wllama';
  readonly load: unknown;
}

/** A row of the table: an engine, and how it is asked to rank. */
export interface Row {
  readonly name: string;
  readonly engine: Engine;
  /** Options of its ranking call. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Of the documents, those that are measured: a slow engine takes some and the rest is estimated. */
  readonly share: number;
}

/** Of Qwen3's tokenizer. */
const ANSWERS = { yes: 9693, no: 2152 };

export function ourRows(model: string, device: 'wasm' | 'webgpu' = 'wasm'): Row[] {
  const variant = device === 'wasm' ? 'wasm-int8' : 'webgpu-q4';
  const engine: Engine = { page: 'ours', load: { model, device } };
  return (['exhaustive', 'anytime'] as const).map((strategy) => ({
    name: `case-matcher ${variant}, ${strategy}`,
    engine,
    // A score remembered from another row's run would be no measurement.
    options: { strategy, remember: false },
    share: 1,
  }));
}

export function transformersRow(
  dtype: 'q8' | 'q4',
  options: { threads: number; device?: 'wasm' | 'webgpu' },
): Row {
  const { threads, device = 'wasm' } = options;
  const load = {
    module: '/transformers/transformers.min.js',
    runtime: {
      mjs: '/onnxruntime/ort-wasm-simd-threaded.asyncify.mjs',
      wasm: '/onnxruntime/ort-wasm-simd-threaded.asyncify.wasm',
    },
    host: '/twins/',
    model: `transformers-${dtype}`,
    dtype,
    device,
    threads,
    prompt: { parts: promptParts(), ...ANSWERS },
  };
  return {
    name: `transformers.js ${dtype}, ${device === 'wasm' ? 'WASM' : 'WebGPU'}`,
    engine: { page: 'transformers', load },
    options: {},
    share: device === 'wasm' ? 1 / 7 : 1,
  };
}

/** @param options `context`: tokens of the longest pair */
export function wllamaRow(options: { threads: number; context: number }): Row {
  const load = {
    module: '/wllama/index.js',
    wasm: '/wllama/wasm/wllama.wasm',
    model: '/twins/gguf/model.gguf',
    ...options,
  };
  return { name: 'wllama Q8_0, WASM', engine: { page: 'wllama', load }, options: {}, share: 1 / 20 };
}

/** The prompt of our packs: before the query, between it and the document, after that. */
export function promptParts(): [string, string, string] {
  const { prefix, body, document, suffix, instruction } = promptTemplate();
  const [before = '', after = ''] = body.replace('{instruction}', () => instruction).split('{query}');
  return [`${prefix}${before}`, `${after}${document.replace('{document}', '')}`, suffix];
}
