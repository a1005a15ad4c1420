import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OnnxModel } from '../../../src/pack/onnx-model.ts';
import { readQwen3Config } from '../../../src/pack/qwen3-config.ts';
import { rotaryTables } from '../../../src/pack/rotary.ts';
import { readJson, Safetensors } from '../../../src/pack/safetensors.ts';
import type { ModelShape } from '../../../src/weights/manifest.ts';
import { type ExportedLinear, type ExportPrecision, exportedLinear } from './exported-linear.ts';
import { ExternalData } from './external-data.ts';
import { NewFile } from './new-file.ts';

const FILES = ['config.json', 'tokenizer.json', 'tokenizer_config.json'];
const GRAPHS: Readonly<Record<ExportPrecision, string>> = { q8: 'model_quantized.onnx', q4: 'model_q4.onnx' };
const INT32 = 6;
const PLACES = ['batch_size', 'sequence_length'];

/**
 * Writes a Qwen3 model in the layout of the onnx-community's exports: config and tokenizer, and under `onnx/` a graph
 * with its weights beside it. Inputs are input_ids, attention_mask, position_ids and past_key_values.*, outputs
 * the logits of every position over the whole vocabulary and present.*; attention is GroupQueryAttention.
 *
 * @param from folder of the official files
 */
export async function writeExportedModel(
  from: string,
  folder: string,
  precision: ExportPrecision,
): Promise<void> {
  const graph = GRAPHS[precision];
  await mkdir(join(folder, 'onnx'), { recursive: true });
  for (const name of FILES) await copyFile(join(from, name), join(folder, name));
  const { shape } = readQwen3Config(await readJson(from, 'config.json'));
  const tensors = await Safetensors.open(from);
  try {
    const model = new OnnxModel(`qwen3-${precision}`);
    const location = `${graph}_data`;
    await NewFile.write(join(folder, 'onnx', location), async (file) => {
      const data = new ExternalData(model, file, location);
      const linear = exportedLinear(precision, model, data);
      await new Export(model, data, linear, tensors, shape).build();
    });
    await writeFile(join(folder, 'onnx', graph), model.encode());
  } finally {
    await tensors.close();
  }
}

interface AttentionInputs {
  readonly last: string;
  readonly total: string;
  readonly cos: string;
  readonly sin: string;
}

class Export {
  readonly #model: OnnxModel;
  readonly #data: ExternalData;
  readonly #linear: ExportedLinear;
  readonly #tensors: Safetensors;
  readonly #shape: ModelShape;

  constructor(
    model: OnnxModel,
    data: ExternalData,
    linear: ExportedLinear,
    tensors: Safetensors,
    shape: ModelShape,
  ) {
    this.#model = model;
    this.#data = data;
    this.#linear = linear;
    this.#tensors = tensors;
    this.#shape = shape;
  }

  async build(): Promise<void> {
    const model = this.#model;
    const { hidden, vocabulary, layers, headDim, maxPositions } = this.#shape;
    const ids = model.input('input_ids', 'int64', PLACES);
    const mask = model.input('attention_mask', 'int64', ['batch_size', 'total_sequence_length']);
    model.input('position_ids', 'int64', PLACES);
    const tables = rotaryTables(this.#shape, maxPositions);
    const dims = [maxPositions, headDim / 2];
    const attention = {
      ...this.#lengths(mask),
      cos: await this.#data.add('cos_cache', tables.cos, dims),
      sin: await this.#data.add('sin_cache', tables.sin, dims),
    };
    const table = await this.#linear.table(this.#tensors, vocabulary, hidden);
    let state = table.embed(ids);
    for (let layer = 0; layer < layers; layer++) state = await this.#layer(layer, state, attention);
    table.head(await this.#norm(state, 'model.norm', hidden), 'logits');
    model.output('logits', 'float32', [...PLACES, vocabulary]);
  }

  async #layer(layer: number, input: string, attention: AttentionInputs): Promise<string> {
    const { hidden, heads, kvHeads, headDim, intermediate } = this.#shape;
    const name = (part: string): string => `model.layers.${layer}.${part}`;
    const model = this.#model;
    const x = await this.#norm(input, name('input_layernorm'), hidden);
    const q = await this.#project(x, name('self_attn.q_proj'), hidden, heads * headDim);
    const k = await this.#project(x, name('self_attn.k_proj'), hidden, kvHeads * headDim);
    const v = await this.#project(x, name('self_attn.v_proj'), hidden, kvHeads * headDim);
    const context = this.#attention(
      layer,
      await this.#headNorm(q, heads, name('self_attn.q_norm')),
      await this.#headNorm(k, kvHeads, name('self_attn.k_norm')),
      v,
      attention,
    );
    const attended = await this.#project(context, name('self_attn.o_proj'), heads * headDim, hidden);
    const middle = model.node('Add', [input, attended]);
    const y = await this.#norm(middle, name('post_attention_layernorm'), hidden);
    const gate = await this.#project(y, name('mlp.gate_proj'), hidden, intermediate);
    const up = await this.#project(y, name('mlp.up_proj'), hidden, intermediate);
    const silu = model.node('Mul', [gate, model.node('Sigmoid', [gate])]);
    const product = model.node('Mul', [silu, up]);
    return model.node('Add', [
      middle,
      await this.#project(product, name('mlp.down_proj'), intermediate, hidden),
    ]);
  }

  async #project(x: string, name: string, columns: number, rows: number): Promise<string> {
    const values = await this.#tensors.read(`${name}.weight`, [rows, columns]);
    return this.#linear.apply(x, `${name}.weight`, { rows, columns, values });
  }

  async #norm(input: string, name: string, size: number): Promise<string> {
    const values = await this.#tensors.read(`${name}.weight`, [size]);
    const weight = await this.#data.add(`${name}.weight`, values, [size]);
    return this.#model.node('SimplifiedLayerNormalization', [input, weight], {
      attributes: { axis: -1, epsilon: { float: this.#shape.rmsEps }, stash_type: 1 },
    });
  }

  /** [B, S, n · headDim], normed within each head. */
  async #headNorm(rows: string, heads: number, name: string): Promise<string> {
    const { headDim } = this.#shape;
    const model = this.#model;
    const split = model.node('Reshape', [rows, model.integers([0, 0, heads, headDim])]);
    const normed = await this.#norm(split, name, headDim);
    return model.node('Reshape', [normed, model.integers([0, 0, heads * headDim])]);
  }

  #attention(layer: number, q: string, k: string, v: string, inputs: AttentionInputs): string {
    const { heads, kvHeads, headDim } = this.#shape;
    const model = this.#model;
    const past = ['key', 'value'].map((kind) => {
      const dims = (length: string) => ['batch_size', kvHeads, length, headDim];
      model.output(`present.${layer}.${kind}`, 'float32', dims('total_sequence_length'));
      return model.input(`past_key_values.${layer}.${kind}`, 'float32', dims('past_sequence_length'));
    });
    const output = `attention_${layer}`;
    model.nodeWithOutputs(
      'GroupQueryAttention',
      [q, k, v, ...past, inputs.last, inputs.total, inputs.cos, inputs.sin],
      [output, `present.${layer}.key`, `present.${layer}.value`],
      {
        domain: 'com.microsoft',
        attributes: {
          num_heads: heads,
          kv_num_heads: kvHeads,
          scale: { float: 1 / Math.sqrt(headDim) },
          do_rotary: 1,
          rotary_interleaved: 0,
        },
      },
    );
    return output;
  }

  /** What GroupQueryAttention wants to know of lengths, from the attention mask. */
  #lengths(mask: string): Pick<AttentionInputs, 'last' | 'total'> {
    const model = this.#model;
    const counted = model.node('ReduceSum', [mask, model.integers([1])], { attributes: { keepdims: 0 } });
    const last = model.node('Sub', [counted, model.integers([1])]);
    const width = model.node('Gather', [model.node('Shape', [mask]), model.integers([1])]);
    const total = model.node('Squeeze', [width]);
    const int32 = (value: string): string => model.node('Cast', [value], { attributes: { to: INT32 } });
    return { last: int32(last), total: int32(total) };
  }
}
