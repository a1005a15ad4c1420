import { createRequire } from 'node:module';
import type { ElementType, PlacedTensor } from './weight-files.ts';

// The package is CommonJS with no names that an ES module could import.
const { onnx } = createRequire(import.meta.url)('onnx-proto') as typeof import('onnx-proto');

const IR_VERSION = 8;
const OPSET = 17;
const { DataType } = onnx.TensorProto;
const ELEMENT_TYPES = {
  float32: DataType.FLOAT,
  float16: DataType.FLOAT16,
  int8: DataType.INT8,
  uint8: DataType.UINT8,
  int64: DataType.INT64,
} as const;

/** A plain number is an int attribute. */
export type Attribute = number | { readonly float: number } | readonly number[];
export type Dimension = number | string;
export type ValueType = ElementType | 'float16' | 'int64';

export interface NodeOptions {
  readonly attributes?: Readonly<Record<string, Attribute>>;
  readonly domain?: 'com.microsoft';
  /** Name of the output; a fresh one by default. */
  readonly output?: string;
}

/** Builds an ONNX model node by node; every value is known by its name. */
export class OnnxModel {
  readonly #name: string;
  readonly #nodes: InstanceType<typeof onnx.NodeProto>[] = [];
  readonly #initializers: InstanceType<typeof onnx.TensorProto>[] = [];
  readonly #constants = new Set<string>();
  readonly #inputs: InstanceType<typeof onnx.ValueInfoProto>[] = [];
  readonly #outputs: InstanceType<typeof onnx.ValueInfoProto>[] = [];

  constructor(name: string) {
    this.#name = name;
  }

  input(name: string, type: ValueType, dims: readonly Dimension[]): string {
    this.#inputs.push(valueInfo(name, type, dims));
    return name;
  }

  output(name: string, type: ValueType, dims: readonly Dimension[]): void {
    this.#outputs.push(valueInfo(name, type, dims));
  }

  /** Adds a node with one output and returns that output's name. */
  node(op: string, inputs: readonly string[], options: NodeOptions = {}): string {
    const output = options.output ?? `${op}_${this.#nodes.length}`;
    this.nodeWithOutputs(op, inputs, [output], options);
    return output;
  }

  /** Adds a node with the outputs named; an input that is left out is an empty name. */
  nodeWithOutputs(
    op: string,
    inputs: readonly string[],
    outputs: readonly string[],
    options: Omit<NodeOptions, 'output'> = {},
  ): void {
    const attribute = Object.entries(options.attributes ?? {}).map(([name, value]) =>
      attributeProto(name, value),
    );
    this.#nodes.push(
      new onnx.NodeProto({
        name: `node_${this.#nodes.length}`,
        opType: op,
        domain: options.domain ?? '',
        input: [...inputs],
        output: [...outputs],
        attribute,
      }),
    );
  }

  /** A constant list of int64, e.g. the shape for a Reshape. */
  integers(values: readonly number[]): string {
    return this.#constant(
      'int64',
      [values.length],
      new Uint8Array(new BigInt64Array(values.map(BigInt)).buffer),
      values,
    );
  }

  float(value: number): string {
    return this.#constant('float32', [], new Uint8Array(new Float32Array([value]).buffer), [value]);
  }

  byte(value: number): string {
    return this.#constant('uint8', [], new Uint8Array([value]), [value]);
  }

  /** A tensor whose bytes lie in the graph itself. */
  embedded(name: string, type: ElementType, dims: readonly number[], rawData: Uint8Array): string {
    this.#initializers.push(
      new onnx.TensorProto({ name, dataType: ELEMENT_TYPES[type], dims: [...dims], rawData }),
    );
    return name;
  }

  /** Declares a tensor that lies in a weights file. */
  external(tensor: PlacedTensor): void {
    const entry = (key: string, value: string | number) => ({ key, value: String(value) });
    this.#initializers.push(
      new onnx.TensorProto({
        name: tensor.name,
        dataType: ELEMENT_TYPES[tensor.type],
        dims: [...tensor.dims],
        dataLocation: onnx.TensorProto.DataLocation.EXTERNAL,
        externalData: [
          entry('location', tensor.location),
          entry('offset', tensor.offset),
          entry('length', tensor.length),
        ],
      }),
    );
  }

  encode(): Uint8Array {
    const model = new onnx.ModelProto({
      irVersion: IR_VERSION,
      producerName: 'case-matcher',
      opsetImport: [
        { domain: '', version: OPSET },
        { domain: 'com.microsoft', version: 1 },
      ],
      graph: {
        name: this.#name,
        node: this.#nodes,
        initializer: this.#initializers,
        input: this.#inputs,
        output: this.#outputs,
      },
    });
    return onnx.ModelProto.encode(model).finish();
  }

  #constant(
    type: ValueType,
    dims: readonly number[],
    rawData: Uint8Array,
    values: readonly number[],
  ): string {
    const name = `constant_${type}_${dims.length}d_${values.join('_')}`;
    if (!this.#constants.has(name)) {
      this.#constants.add(name);
      this.#initializers.push(
        new onnx.TensorProto({ name, dataType: ELEMENT_TYPES[type], dims: [...dims], rawData }),
      );
    }
    return name;
  }
}

/** The int32 value of ONNX's enum for a `Cast`. */
export function elementTypeCode(type: ValueType): number {
  return ELEMENT_TYPES[type];
}

function attributeProto(name: string, value: Attribute) {
  const { AttributeType } = onnx.AttributeProto;
  if (typeof value === 'number') return { name, type: AttributeType.INT, i: value };
  if ('float' in value) return { name, type: AttributeType.FLOAT, f: value.float };
  return { name, type: AttributeType.INTS, ints: [...value] };
}

function valueInfo(name: string, type: ValueType, dims: readonly Dimension[]) {
  const dim = dims.map((size) => (typeof size === 'number' ? { dimValue: size } : { dimParam: size }));
  return new onnx.ValueInfoProto({
    name,
    type: { tensorType: { elemType: ELEMENT_TYPES[type], shape: { dim } } },
  });
}
