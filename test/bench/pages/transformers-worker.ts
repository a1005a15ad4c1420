import type { LoadReport, Prompt, RankReport, RankWork, ScoreEvent } from './engine.ts';

/** Of @huggingface/transformers what is used here; it is imported as it is published, from its own address. */
interface Tensor {
  readonly dims: readonly number[];
  readonly data: Float32Array;
  dispose(): void;
}
type Tensors = Readonly<Record<string, Tensor>>;
interface TransformersModule {
  readonly env: {
    readonly version: string;
    allowLocalModels: boolean;
    remoteHost: string;
    remotePathTemplate: string;
    readonly backends: {
      readonly onnx: {
        readonly wasm: { numThreads: number; wasmPaths: { mjs: string; wasm: string } };
      };
    };
  };
  readonly AutoTokenizer: { from_pretrained(model: string): Promise<(text: string) => Promise<Tensors>> };
  readonly AutoModelForCausalLM: {
    from_pretrained(
      model: string,
      options: Readonly<Record<string, unknown>>,
    ): Promise<(inputs: Tensors) => Promise<{ logits: Tensor } & Tensors>>;
  };
}

export interface TransformersOptions {
  readonly module: string;
  readonly runtime: { readonly mjs: string; readonly wasm: string };
  /** Where models are, and the name of the model there. */
  readonly host: string;
  readonly model: string;
  readonly dtype: 'q8' | 'q4';
  readonly device: 'wasm' | 'webgpu';
  readonly threads: number;
  readonly prompt: Prompt;
}

export type TransformersCall =
  | { readonly name: 'load'; readonly argument: TransformersOptions }
  | { readonly name: 'rank'; readonly argument: RankWork };

interface Loaded {
  readonly tokenizer: (text: string) => Promise<Tensors>;
  readonly model: (inputs: Tensors) => Promise<{ logits: Tensor } & Tensors>;
  readonly prompt: Prompt;
}

let loaded: Loaded | undefined;

async function load(options: TransformersOptions): Promise<LoadReport> {
  const address = (path: string): string => new URL(path, location.origin).href;
  const started = performance.now();
  const module = (await import(/* @vite-ignore */ address(options.module))) as TransformersModule;
  const { env, AutoTokenizer, AutoModelForCausalLM } = module;
  env.allowLocalModels = false;
  env.remoteHost = address(options.host);
  env.remotePathTemplate = '{model}/';
  env.backends.onnx.wasm.numThreads = options.threads;
  env.backends.onnx.wasm.wasmPaths = {
    mjs: address(options.runtime.mjs),
    wasm: address(options.runtime.wasm),
  };
  const { dtype, device } = options;
  const tokenizer = await AutoTokenizer.from_pretrained(options.model);
  const model = await AutoModelForCausalLM.from_pretrained(options.model, {
    dtype,
    device,
    use_external_data_format: true,
  });
  loaded = { tokenizer, model, prompt: options.prompt };
  const threads = env.backends.onnx.wasm.numThreads;
  const details = `${env.version}, ${dtype}, ${device === 'wasm' ? `${threads} threads` : device}`;
  return { milliseconds: performance.now() - started, details, threads };
}

/** The official recipe: one forward pass of the whole pair, the logits of its last position. */
async function rank({ query, documents }: RankWork): Promise<RankReport> {
  if (!loaded) throw new Error('not loaded');
  const { tokenizer, model, prompt } = loaded;
  const [start, middle, end] = prompt.parts;
  const scores: ScoreEvent[] = [];
  const started = performance.now();
  for (const [document, text] of documents.entries()) {
    const inputs = await tokenizer(`${start}${query}${middle}${text}${end}`);
    const outputs = await model(inputs);
    const { dims, data } = outputs.logits;
    const [, length = 0, vocabulary = 0] = dims;
    const last = (length - 1) * vocabulary;
    const logit = (data[last + prompt.yes] as number) - (data[last + prompt.no] as number);
    for (const output of Object.values(outputs)) output.dispose?.();
    scores.push({ document, full: true, logit, at: performance.now() - started });
  }
  return { scores, milliseconds: performance.now() - started };
}

globalThis.onmessage = async ({ data }: MessageEvent<TransformersCall>): Promise<void> => {
  try {
    globalThis.postMessage({
      result: data.name === 'load' ? await load(data.argument) : await rank(data.argument),
    });
  } catch (error) {
    globalThis.postMessage({ error: String(error) });
  }
};
