import type { InferenceSession, Tensor, TensorConstructor } from 'onnxruntime-web/wasm';
import { CaseMatcherError } from '../errors.ts';
import type { ExportedConfig } from '../weights/index.ts';
import { untilGpuAnswers } from './gpu-silence.ts';
import { type GpuDevice, readRange } from './logits-range.ts';

const PAST = /^past_key_values\.\d+\.(key|value)$/;
const OTHER_INPUTS: readonly string[] = ['input_ids', 'attention_mask', 'position_ids', 'num_logits_to_keep'];

/** Keys and values of a token sequence, by the name of the input that takes them. */
export interface KeysAndValues {
  readonly length: number;
  readonly past: Readonly<Record<string, Tensor>>;
}

/** The logits of a run, of all its positions or of the last ones. They are held until disposed. */
export interface RunLogits {
  /** Logits from token `from` to `to` (exclusive) of the vocabulary, at the position `back` before the last. */
  range(options: { back: number; from?: number; to?: number }): Promise<Float32Array>;
  dispose(): void;
}

/** The outputs of such a graph that are to stay on the GPU. */
export function exportedOutputs({ layers }: ExportedConfig): string[] {
  const present = Array.from({ length: layers }, (_, layer) => [
    `present.${layer}.key`,
    `present.${layer}.value`,
  ]);
  return ['logits', ...present.flat()];
}

/** A decoder as transformers.js expects it, on an onnxruntime-web session; one sequence a run. */
export class ExportedGraph {
  /** The past of the first token. */
  readonly nothing: KeysAndValues;
  readonly #session: InferenceSession;
  readonly #Tensor: TensorConstructor;
  readonly #device: (() => Promise<GpuDevice>) | undefined;

  /** Throws `not-a-model` where the graph has other inputs or outputs than such a decoder. */
  constructor(options: {
    session: InferenceSession;
    Tensor: TensorConstructor;
    config: ExportedConfig;
    /** Where the session is on a GPU. */
    gpuDevice: (() => Promise<GpuDevice>) | undefined;
  }) {
    this.#session = options.session;
    this.#Tensor = options.Tensor;
    this.#device = options.gpuDevice;
    checkInterface(options.session);
    this.nothing = { length: 0, past: this.#emptyPast(options.config) };
  }

  /** What `before` holds and the keys and values of `ids` after it. `before` stays as it is. */
  async extend(before: KeysAndValues, ids: Int32Array): Promise<KeysAndValues> {
    const names = Object.keys(before.past);
    const present = await this.#run(before, ids, { outputs: names.map(presentName), keep: 1 });
    const past = names.map((name) => [name, present[presentName(name)]]);
    return { length: before.length + ids.length, past: Object.fromEntries(past) };
  }

  /** The logits of `ids` after what `before` holds: of the last position at least, of all where `all` is set. */
  async logits(
    before: KeysAndValues,
    ids: Int32Array,
    { all = false }: { all?: boolean } = {},
  ): Promise<RunLogits> {
    const { logits } = await this.#run(before, ids, { outputs: ['logits'], keep: all ? 0 : 1 });
    const [batch, positions, vocabulary] = logits?.dims ?? [];
    if (logits === undefined || batch !== 1 || positions === undefined || vocabulary === undefined) {
      throw new CaseMatcherError('not-a-model', { reason: `logits: shape ${logits?.dims.join(' × ')}` });
    }
    return {
      range: ({ back, from = 0, to = vocabulary }) => {
        const start = (positions - 1 - back) * vocabulary + from;
        return readRange(logits, { start, length: to - from }, this.#device);
      },
      dispose: () => logits.dispose(),
    };
  }

  release(kv: KeysAndValues): void {
    if (kv === this.nothing) return;
    for (const tensor of Object.values(kv.past)) tensor.dispose();
  }

  #emptyPast({ kvHeads, headDim }: ExportedConfig): KeysAndValues['past'] {
    const tensors = this.#session.inputMetadata.flatMap((input) => {
      if (!PAST.test(input.name)) return [];
      const half = input.isTensor && input.type === 'float16';
      const shape = input.isTensor ? input.shape : [];
      const size = (at: number, known: number): number => (typeof shape[at] === 'number' ? shape[at] : known);
      const dims = [1, size(1, kvHeads), 0, size(3, headDim)];
      const tensor = half
        ? new this.#Tensor('float16', new Uint16Array(0), dims)
        : new this.#Tensor('float32', new Float32Array(0), dims);
      return [[input.name, tensor] as const];
    });
    return Object.fromEntries(tensors);
  }

  /** Fetches `outputs` alone: what is not asked for is not copied out of the runtime. */
  async #run(
    { length, past }: KeysAndValues,
    ids: Int32Array,
    { outputs, keep }: { outputs: readonly string[]; keep: number },
  ): Promise<InferenceSession.OnnxValueMapType> {
    const total = length + ids.length;
    const int64 = (values: BigInt64Array, dims: number[]): Tensor => new this.#Tensor('int64', values, dims);
    const feeds: Readonly<Record<string, Tensor>> = {
      ...past,
      input_ids: int64(BigInt64Array.from(ids, BigInt), [1, ids.length]),
      attention_mask: int64(new BigInt64Array(total).fill(BigInt(1)), [1, total]),
      position_ids: int64(
        BigInt64Array.from(ids, (_, i) => BigInt(length + i)),
        [1, ids.length],
      ),
      num_logits_to_keep: int64(BigInt64Array.of(BigInt(keep)), []),
    };
    const asked = this.#session.inputNames.map((name) => [name, feeds[name] as Tensor]);
    const run = this.#session.run(Object.fromEntries(asked), outputs);
    return this.#device ? untilGpuAnswers(run) : run;
  }
}

function checkInterface({ inputNames, outputNames }: InferenceSession): void {
  const past = inputNames.filter((name) => PAST.test(name));
  const strange = inputNames.find((name) => !PAST.test(name) && !OTHER_INPUTS.includes(name));
  const missing = ['logits', ...past.map(presentName)].find((name) => !outputNames.includes(name));
  const refuse = (reason: string): never => {
    throw new CaseMatcherError('not-a-model', { reason });
  };
  if (strange !== undefined) refuse(`the graph has an input ${strange}`);
  if (!inputNames.includes('input_ids') || past.length === 0) refuse('the graph takes no past_key_values');
  if (missing !== undefined) refuse(`the graph has no output ${missing}`);
}

function presentName(pastInput: string): string {
  return pastInput.replace('past_key_values', 'present');
}
