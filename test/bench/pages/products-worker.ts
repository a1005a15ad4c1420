import own from '../kernels/own-product.ts?kernels';
import ownRelaxed from '../kernels/own-product.ts?relaxed-kernels';
import plain from '../kernels/plain-product.ts?kernels';
import relaxed from '../kernels/relaxed-product.ts?kernels';

export type ProductKernel = 'own' | 'plain' | 'relaxed';

/** Outputs and inputs of a product. */
export interface ProductShape {
  readonly n: number;
  readonly k: number;
}

export type ProductsCall =
  | {
      readonly name: 'prepare';
      readonly kernel: ProductKernel;
      readonly rows: number;
      readonly shapes: readonly ProductShape[];
    }
  | { readonly name: 'run'; readonly times: number };

interface Kernel {
  product(a: number, b: number, scratch: number, out: number, rows: number, k: number, n: number): void;
  activationBytes(): number;
  depth(): number;
  productKind?(): number;
}

const PAGE_BYTES = 65_536;
const SCRATCH_BYTES = 1 << 20;
let run = (_times: number): void => {
  throw new Error('not prepared');
};

async function prepare(kernel: ProductKernel, rows: number, shapes: readonly ProductShape[]): Promise<void> {
  const bytes = layOut(rows, shapes);
  const memory = new WebAssembly.Memory({
    initial: Math.ceil(bytes.total / PAGE_BYTES),
    maximum: 65_536,
    shared: true,
  });
  const kernels = await instantiate(kernel, memory);
  check(kernels, memory);
  const values = new Int8Array(memory.buffer, bytes.start);
  for (let i = 0; i < values.length; i++) values[i] = (i * 37) % 128;
  run = (times) => {
    for (let time = 0; time < times; time++) {
      for (const [i, { n, k }] of shapes.entries()) {
        kernels.product(bytes.a, bytes.weights[i] as number, bytes.scratch, bytes.out, rows, k, n);
      }
    }
  };
}

function layOut(rows: number, shapes: readonly ProductShape[]) {
  const start = PAGE_BYTES;
  const a = start + SCRATCH_BYTES;
  const out = a + rows * Math.max(...shapes.map(({ k }) => k)) * 2;
  let total = out + rows * Math.max(...shapes.map(({ n }) => n)) * 4;
  const weights = shapes.map(({ n, k }) => {
    const at = Math.ceil(total / 64) * 64;
    total = at + n * k;
    return at;
  });
  return { start, scratch: start, a, out, weights, total };
}

/** Our own products are the engine's choice for this processor. */
async function instantiate(kernel: ProductKernel, memory: WebAssembly.Memory): Promise<Kernel> {
  if (kernel !== 'own') return load(kernel === 'plain' ? plain : relaxed, memory);
  const fast = WebAssembly.validate(decode(ownRelaxed)) ? await load(ownRelaxed, memory) : undefined;
  return fast !== undefined && (fast.productKind?.() ?? 0) > 0 ? fast : load(own, memory);
}

async function load(base64: string, memory: WebAssembly.Memory): Promise<Kernel> {
  const { instance } = await WebAssembly.instantiate(decode(base64), { env: { memory } });
  return instance.exports as unknown as Kernel;
}

function decode(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/** A loop that computes something else would be a roofline of nothing: four rows by eight outputs by hand. */
function check(kernels: Kernel, memory: WebAssembly.Memory): void {
  if (kernels.productKind !== undefined) return;
  const [k, a, b, out] = [16, PAGE_BYTES, PAGE_BYTES + 1024, PAGE_BYTES + 2048];
  const depth = kernels.depth();
  const view = new DataView(memory.buffer);
  const left = (row: number, i: number): number => (row * 31 + i * 17) % 128;
  const right = (column: number, i: number): number => ((column * 13 + i * 29) % 255) - 127;
  for (let i = 0; i < k; i++) {
    for (let row = 0; row < 4; row++) {
      if (kernels.activationBytes() === 2) view.setInt16(a + (row * k + i) * 2, left(row, i), true);
      else view.setInt8(a + row * k + i, left(row, i));
    }
    for (let column = 0; column < 8; column++) {
      const inPanel = (Math.floor(i / depth) * 4 + (column % 4)) * depth + (i % depth);
      view.setInt8(b + Math.floor(column / 4) * 4 * k + inPanel, right(column, i));
    }
  }
  kernels.product(a, b, 0, out, 4, k, 8);
  for (let row = 0; row < 4; row++) {
    for (let column = 0; column < 8; column++) {
      let sum = 0;
      for (let i = 0; i < k; i++) sum += left(row, i) * right(column, i);
      if (view.getInt32(out + (row * 8 + column) * 4, true) !== sum) throw new Error('a wrong product');
    }
  }
}

globalThis.onmessage = async ({ data }: MessageEvent<ProductsCall>): Promise<void> => {
  try {
    if (data.name === 'prepare') await prepare(data.kernel, data.rows, data.shapes);
    else run(data.times);
    globalThis.postMessage({});
  } catch (error) {
    globalThis.postMessage({ error: String(error) });
  }
};
